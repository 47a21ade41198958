import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/console.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { startWords } from './words/words.ts';

// After an upgrade the code that this page was built of is gone: the new page is loaded, once.
const RELOADED = 'holdpoint-reloaded';
addEventListener('vite:preloadError', (event) => {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) < 60_000) return;
  event.preventDefault();
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
});

await startWords();
const place = document.querySelector('#console');
if (place !== null) {
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
// Chinese names come in either language; the fonts are asked for once the page is there, and only for the characters shown.
void import('@fontsource-variable/noto-sans-sc/wght.css');
