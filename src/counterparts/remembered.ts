/** @returns the same loader, asked at most once in a while for each name; what failed is asked again. @param ms 0: every time */
export function remembered<T>(load: (name: string) => Promise<T>, ms: number): (name: string) => Promise<T> {
  if (ms === 0) return load;
  const known = new Map<string, { until: number; value: Promise<T> }>();
  return (name) => {
    const kept = known.get(name);
    if (kept !== undefined && kept.until > Date.now()) return kept.value;
    const value = load(name);
    const fresh = { until: Date.now() + ms, value };
    known.set(name, fresh);
    value.catch(() => known.get(name) === fresh && known.delete(name));
    return value;
  };
}
