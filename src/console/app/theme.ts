import { createTheme, DEFAULT_THEME, type CSSVariablesResolver } from '@mantine/core';

/**
 * A system's own where it is known to be good in both languages, else ours. Ours must come before any font that is always there: Chromium
 * does not draw anew, once ours is loaded, what it first drew without a glyph in a font before it.
 */
const FONTS =
  "-apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC Variable', system-ui, sans-serif";

/** One accent; colours of states stand in parts/status.tsx. */
export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: { light: 9, dark: 9 }, // white on a paler one is hard to read
  autoContrast: true,
  fontFamily: FONTS,
  headings: { fontFamily: FONTS, fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** What Mantine shows too pale to be read easily (WCAG 2.2, 1.4.3): quiet text, and text on a light ground of its own colour. */
export const legibleColors: CSSVariablesResolver = () => {
  const onLight = Object.keys(DEFAULT_THEME.colors).map((name) => [
    `--mantine-color-${name}-light-color`,
    `color-mix(in srgb, var(--mantine-color-${name}-9) 80%, black)`,
  ]);
  const quiet = { '--mantine-color-dimmed': 'var(--mantine-color-gray-7)', '--mantine-color-placeholder': 'var(--mantine-color-gray-7)' };
  return {
    variables: {},
    light: { ...Object.fromEntries(onLight), ...quiet, '--mantine-color-error': 'var(--mantine-color-red-9)' },
    dark: { '--mantine-color-dimmed': 'var(--mantine-color-dark-1)', '--mantine-color-error': 'var(--mantine-color-red-4)' },
  };
};
