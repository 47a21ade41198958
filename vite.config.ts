/** Builds the console into dist/console, each file also compressed: the API serves it as it is. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { compression, defineAlgorithm } from 'vite-plugin-compression2';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** `npx vite` shows changes of the console at once, on a Holdpoint that runs: sign in there first. */
const running = process.env['HOLDPOINT_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig(({ command }) => {
  if (command === 'build') process.env['NODE_ENV'] = 'production'; // also where a test builds it
  return {
    root: here('src/console'),
    base: '/console/',
    plugins: [
      react(),
      compression({ algorithms: [defineAlgorithm('gzip', { level: 9 }), defineAlgorithm('brotliCompress')], include: /\.(js|css|svg)$/ }),
    ],
    server: { proxy: { '^/(v1|console/(session|sign-in|signed-in|sign-out|sandbox))([/?]|$)': { target: running } } },
    build: {
      outDir: here('dist/console'),
      emptyOutDir: true,
      sourcemap: false,
      target: 'es2022',
      assetsInlineLimit: 0,
      // What most pages need comes as one file, and is packed better than as forty.
      rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 5 }] } } },
    },
  };
});
