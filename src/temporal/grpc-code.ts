/** @returns whether an error, or one behind it, carries a gRPC status code of that kind */
export function hasGrpcCode(error: unknown, ofKind: (code: number) => boolean): boolean {
  for (let cause = error; typeof cause === 'object' && cause !== null; cause = (cause as { cause?: unknown }).cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'number' && ofKind(code)) return true;
  }
  return false;
}
