import type { SamplePerson } from './issuer-people.js';

/** The sign-in page: who do you want to be? One click; no script, nothing from elsewhere. */
export function signInPage(people: readonly SamplePerson[], action: string): string {
  const buttons = people.map(
    ({ id, name, roles, buyers }) =>
      `<li><button name="person" value="${escaped(id)}"><b>${escaped(name)}</b> <span>${escaped(roles.join(', ').replaceAll('_', ' '))}${
        buyers === undefined ? '' : `, only of buyer ${escaped(buyers.join(', '))}`
      }</span></button></li>`,
  );
  return page(`<h1>Sign in to Holdpoint</h1>
<p>This is the sign-in of the embedded stack: it asks for no password. Choose who you are.</p>
<form method="post" action="${escaped(action)}"><ul>${buttons.join('\n')}</ul></form>`);
}

/** @param form without a button, with the id `op.logoutForm`, as the library makes it */
export function signOutPage(form: string): string {
  return page(`<h1>Sign out</h1>
<p>You have left the console. Sign out here as well, so that nobody is signed in again without being asked?</p>
${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>
<button type="submit" form="op.logoutForm">Stay signed in</button>`);
}

export function errorPage(text: string): string {
  return page(`<h1>Sign-in did not work</h1>\n<p>${escaped(text)}</p>\n<p>Go back to where you came from, and try again.</p>`);
}

const STYLE = `body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
ul{list-style:none;padding:0}button{font:inherit;width:100%;text-align:left;padding:.7rem 1rem;margin:.25rem 0;border:1px solid #59636e;
border-radius:.4rem;background:#fff;cursor:pointer}button:hover,button:focus-visible{border-color:#0b57d0;outline:2px solid #0b57d0}span{color:#59636e}`;

function page(body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in · Holdpoint</title>
<style>${STYLE}</style></head><body><main>
${body}
</main></body></html>
`;
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? letter);
}
