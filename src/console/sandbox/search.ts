export interface SandboxSearch {
  order?: string | undefined;
  view?: 'inbox' | undefined;
}

export function sandboxSearch(given: Record<string, unknown>): SandboxSearch {
  const order = typeof given['order'] === 'number' ? String(given['order']) : given['order'];
  return {
    ...(typeof order === 'string' && order.trim() !== '' ? { order: order.slice(0, 128) } : {}),
    ...(given['view'] === 'inbox' ? { view: 'inbox' as const } : {}),
  };
}
