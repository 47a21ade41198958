/** A mail as its reader sees it, in a frame of its own in which nothing can run, be sent or lead elsewhere. */

/**
 * The frame goes by the page's policy, which lets no style attribute count: each becomes a class of one style tag with the page's nonce.
 * @param html a whole document of ours, in which everything of others is escaped, quotes too
 */
export function framedMail(html: string, nonce: string): string {
  const rules: string[] = [];
  const classed = html.replaceAll(/ style="([^"<>{}]*)"/g, (_attribute, rule: string) => {
    if (!rules.includes(rule)) rules.push(rule);
    return ` class="s${rules.indexOf(rule)}"`;
  });
  const sheet = rules.map((rule, index) => `.s${index}{${rule.replaceAll('&#39;', "'")}}`).join('\n');
  return classed.replace('</head>', () => `<style nonce="${nonce}">${sheet}</style></head>`);
}

export function MailFrame({ html, title, isOld }: { html: string; title: string; isOld: boolean }) {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
  return (
    <iframe
      title={title}
      sandbox=""
      srcDoc={framedMail(html, nonce)}
      style={{
        width: '100%',
        height: 640,
        border: '1px solid var(--mantine-color-default-border)',
        background: '#fff',
        opacity: isOld ? 0.6 : 1,
      }}
    />
  );
}
