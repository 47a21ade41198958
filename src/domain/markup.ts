/** Text of other sides as text, wherever it is shown: an item's name is not markup. */

/** Control characters, line ends of every kind, and marks that turn the direction of what follows. */
const NOT_SHOWN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/**
 * A text on one line, at most so long: no header, line or direction of its own comes out of it.
 * @param longest in characters; what is cut off ends in `…`
 */
export function oneLine(text: string, longest: number): string {
  const line = text.replace(NOT_SHOWN, ' ').replace(/\s+/g, ' ').trim();
  return cut(line, longest);
}

/** Paragraphs as they were, without other control characters. */
export function paragraphsOf(text: string): string[] {
  return text
    .replace(/\r\n?/g, '\n')
    .split(/\n\s*\n/)
    .map((paragraph) =>
      paragraph
        .split('\n')
        .map((line) => line.replace(NOT_SHOWN, ' ').trim())
        .join('\n')
        .trim(),
    )
    .filter((paragraph) => paragraph !== '');
}

/** At most so many characters, whole ones. */
export function cut(text: string, longest: number): string {
  const characters = text.length > longest ? Array.from(text) : [];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

export function escapeHtml(value: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return value.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** For Slack's text objects, whose only control characters are these three: without them there is no mention, link or date. */
export function escapeSlack(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** For Markdown, as DingTalk shows it: nothing in a value begins emphasis, code, a link, a picture, a tag or an entity. */
export function escapeMarkdown(value: string): string {
  return value.replace(/[\\`*_[\]<>|~&]/g, String.raw`\$&`);
}

/** The same for a line that stands by itself: nor does it begin a heading, a list or a rule. */
export function escapeMarkdownLine(line: string): string {
  return escapeMarkdown(line)
    .replace(/^\s*[#+=-]/, (mark) => `\\${mark.trimStart()}`)
    .replace(/^\s*(\d{1,9})([.)])/, String.raw`$1\$2`);
}
