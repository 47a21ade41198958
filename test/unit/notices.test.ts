/** Composing notices: every stage in every language, whole whatever a template says, and nothing of others is markup (A5). */
import assert from 'node:assert/strict';
import { LOCALES, localInstant, type Locale } from '../../src/domain/locale.js';
import { oneLine } from '../../src/domain/markup.js';
import { dingtalkMessage, slackMessage } from '../../src/domain/notice-chat.js';
import { DEFAULT_TEMPLATES } from '../../src/domain/notice-defaults.js';
import type { CaseNotice, NoticeReader } from '../../src/domain/notice-facts.js';
import { composeMail } from '../../src/domain/notice-mail.js';
import { fullSample, sampleNotice, sampleReader, variablesFor } from '../../src/domain/notice-variables.js';
import { NOTICE_STAGES, type NoticeLink, type NoticeStage } from '../../src/domain/notice.js';
import { NOTICE_WORDS, nextWords } from '../../src/domain/notice-words.js';
import type { OrderDocument } from '../../src/domain/order.js';
import { renderNotice } from '../../src/templates/rendered-notice.js';
import { templateMistakes } from '../../src/templates/soundness.js';
import { sampleOrder } from '../support/sample-order.js';

const CASE_STAGES = NOTICE_STAGES.filter((stage) => stage !== 'outage');
const NOW = Date.UTC(2026, 0, 1, 8);
const LINKS: NoticeLink[] = [
  { action: 'resolve', url: 'https://h.example/act/1?t=a&b=c' },
  { action: 'decline', label: 'No', url: 'https://h.example/act/2' },
];

const caseNotice = (more: Partial<CaseNotice> = {}): CaseNotice => ({ ...(fullSample('first_failure') as CaseNotice), ...more });
const mailOf = (notice: CaseNotice, reader: NoticeReader = sampleReader('en'), links: NoticeLink[] = []) =>
  composeMail(renderNotice(null, notice, reader, links).document);

/** What could be markup somewhere, in any of the formats. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><a href="https://evil.example">click</a>',
  "' onmouseover='alert(1)",
  '&lt;b&gt; &#60;i&#62;',
  '</td></tr></table><h1>gone',
  '<!channel> <@U024BE7LH> <https://evil.example|our bank>',
  '*bold* _italic_ ~struck~ `code` ```block```',
  '[our bank](https://evil.example) ![x](https://evil.example/x.png)',
  '\n# heading\n- list\n1. list\n> quote\n---\n| a | b |',
  'name\r\nBcc: victim@example.com\r\n\r\nbody',
  'a\u2028b\u2029c\u0000d\u001b[31m',
  'abc\u202egpj.exe',
  '{{ order.id }}{% raw %}',
  '@all @13800000000',
];

/** The same notice with one text in every place that others fill. */
function filledWith(text: string): CaseNotice {
  const party = { id: text, name: text, contact: { name: text, email: text, phone: text } };
  const order = {
    ...sampleOrder('P-1'),
    buyerOrderNumber: text,
    issuedAt: text,
    buyer: party,
    seller: party,
    orderingUser: { id: text, name: text, email: text, phone: text },
    deliverTo: text,
    lines: [{ item: text, quantity: '1', unitCode: text, lineTotal: { value: '1', currency: 'SEK' } }],
  } as unknown as OrderDocument;
  const reason = { type: 'STOCK_SHORT', code: text, text };
  return caseNotice({ order, reason, statusReason: text, acknowledgedBy: text, liaisonName: text, next: { what: text, at: NOW } });
}

const reading = (text: string): NoticeReader => ({ ...sampleReader('en'), name: text, onBehalfOf: text });
const template = {
  subject: '{{ order.buyer }} {{ reason.text | default: "" }}',
  opening: '{{ order.deliverTo | default: "nowhere" }} {{ reader.name }}',
  advice: '{{ orderingUser.name | default: "nobody" }}',
};
const texts = { en: template, 'zh-CN': template };
const hostileDocument = (text: string) => renderNotice(texts, filledWith(text), reading(text), LINKS).document;

describe('notices', () => {
  for (const stage of CASE_STAGES) {
    for (const locale of LOCALES) {
      it(`A5: ${stage} in ${locale} has order, reason, review status and ordering user, what comes next, until when and what can be done`, () => {
        const reader = sampleReader(locale);
        const notice = { ...(sampleNotice(stage) as CaseNotice), next: { what: 'review request 2', at: NOW } };
        const { text, html, subject } = mailOf(notice, reader, LINKS);
        const { headings } = NOTICE_WORDS[locale];
        const at = (instant: number): string => localInstant(instant, locale, reader.timeZone);
        const parts = [
          headings.order,
          headings.reason,
          headings.review,
          headings.user,
          headings.next,
          headings.act,
          'P-20260101-0001',
          '34',
          'Johnssons byggvaror',
          'Stockholm',
          'Red paint',
          '6225 SEK',
          'WH-7',
          '12 of 120 in stock',
          'Pelle Svensson',
          'pelle@buyer.example',
          '+46 8 123 456',
          NOTICE_WORDS[locale].statuses[notice.status],
          nextWords('review request 2', locale),
          at(NOW),
          at(notice.deadlineAt),
          at(notice.windowEndsAt),
          ...['decline', 'request-review'].map((action) => NOTICE_WORDS[locale].actions[action] ?? '?'),
          ...LINKS.map(({ url }) => url),
        ];
        for (const part of parts) {
          assert.ok(text.includes(part), `the text lacks ${part}`);
          assert.ok(html.replaceAll('&amp;', '&').includes(part), `the HTML lacks ${part}`);
        }
        assert.ok(subject.includes('P-20260101-0001'));
        assert.ok(html.includes(`<html lang="${locale}">`));
      });
    }
  }

  for (const locale of LOCALES) {
    it(`A5: an outage in ${locale} says which server, since when, and what waits`, () => {
      const { document } = renderNotice(null, sampleNotice('outage'), sampleReader(locale));
      const { text, subject } = composeMail(document);
      assert.ok(subject.includes('Review server'));
      const since = localInstant(Date.UTC(2026, 0, 1, 8), locale, sampleReader(locale).timeZone);
      for (const part of ['review-server', since, 'no answer within 10000 ms', '41', '38', NOTICE_WORDS[locale].kinds.review])
        assert.ok(text.includes(part), part);
    });
  }

  it('A5: the four parts are there whatever the template says, and what an order lacks reads "not given"', () => {
    const nothing = { subject: 'x', opening: 'y', advice: '' };
    const order = { orderId: 'P-9', currency: 'SEK', buyer: { id: 'b-1' }, lines: [{}], total: { value: '1', currency: 'SEK' } };
    const notice = caseNotice({ order, reason: { type: 'NEW_KIND', code: null, text: null }, next: null });
    const { text } = composeMail(renderNotice({ en: nothing, 'zh-CN': nothing }, notice, sampleReader('en')).document);
    for (const part of ['Order: P-9', 'Buyer: b-1', 'Deliver to: not given', 'Lines: not given', 'Reason: NEW_KIND', 'Code: not given'])
      assert.ok(text.includes(part), part);
    for (const part of ['Status: held', 'E-mail: not given', 'Must be resolved by', 'nothing, until people act'])
      assert.ok(text.includes(part), part);
  });

  it('A5: instants are in the zone of their reader, and who is away is named', () => {
    const notice = caseNotice({ deadlineAt: NOW });
    const inZone = (timeZone: string, locale: Locale = 'en') => mailOf(notice, { name: 'A', locale, timeZone, onBehalfOf: 'Li Na' }).text;
    assert.match(inZone('Europe/Stockholm'), /Must be resolved by: Jan 1, 2026, 9:00:00 AM GMT\+1/);
    assert.match(inZone('Asia/Shanghai', 'zh-CN'), /最迟解决时间: 2026年1月1日 GMT\+8 16:00:00/);
    assert.match(inZone('America/New_York'), /3:00:00 AM EST/);
    assert.match(inZone('UTC'), /You get this for Li Na, who is away/);
  });

  it('A5: links are buttons in HTML and lines in text; without any there are none', () => {
    const { html, text } = mailOf(caseNotice(), sampleReader('en'), LINKS);
    assert.match(html, /<a href="https:\/\/h\.example\/act\/1\?t=a&amp;b=c" style="[^"]*min-height:44px[^"]*">It is resolved<\/a>/);
    assert.ok(text.includes('  No:\n  https://h.example/act/2'));
    assert.ok(!mailOf(caseNotice()).html.includes('<a '));
    const { blocks } = slackMessage(renderNotice(null, caseNotice(), sampleReader('en'), LINKS).document) as { blocks: any[] };
    const buttons = blocks.find(({ type }) => type === 'actions').elements;
    assert.deepEqual(
      buttons.map(({ text: label, url }: any) => [label.text, url]),
      [
        ['It is resolved', LINKS[0]?.url],
        ['No', LINKS[1]?.url],
      ],
    );
  });

  describe('an item name is not markup', () => {
    const tags = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];
    const plainTags = tags(composeMail(hostileDocument('plain')).html);
    for (const text of HOSTILE) {
      const name = JSON.stringify(text).slice(0, 40);
      it(`A5: ${name} in HTML`, () => {
        const { html } = composeMail(hostileDocument(text));
        assert.deepEqual(tags(html), plainTags);
        assert.ok(!/\son\w+=/i.test(html.replace(/>[^<]*</g, '><')), 'an attribute came out of it');
      });

      it(`A5: ${name} in a subject and in text`, () => {
        const { subject, text: body } = composeMail(hostileDocument(text));
        assert.doesNotMatch(subject, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        assert.ok(subject.length <= 200);
        assert.equal(body.split('\n').length, composeMail(hostileDocument('plain')).text.split('\n').length);
      });

      it(`A5: ${name} in Slack`, () => {
        const message = slackMessage(hostileDocument(text));
        assert.equal(message['mrkdwn'], false);
        const objects: any[] = [];
        JSON.stringify(message['blocks'], (_key, value) => {
          if (value?.type === 'plain_text' || value?.type === 'mrkdwn') objects.push(value);
          return value;
        });
        assert.ok(objects.length > 20);
        for (const object of [...objects, { text: message['text'] }])
          assert.doesNotMatch(object.text, /[<>]|&(?!amp;|lt;|gt;)/, object.text);
        const formatted = objects.filter(({ type }) => type === 'mrkdwn').map((object) => object.text);
        assert.deepEqual(
          [...new Set(formatted)],
          ['reason', 'next', 'act', 'order', 'review', 'user'].map((key) => `*${NOTICE_WORDS.en.headings[key as 'order']}*`),
        );
      });

      it(`A5: ${name} in DingTalk`, () => {
        const markdown = (of: string): string => (dingtalkMessage(hostileDocument(of)) as any).markdown.text;
        const bare = (of: string): string =>
          markdown(of)
            .replaceAll(/\\./g, '')
            .replaceAll(/\[[^[\]]*\]\(https:\/\/h\.example[^)]*\)/g, 'L');
        assert.doesNotMatch(bare(text), /[*_`[\]<>|~&]/);
        const headings = (of: string): number => markdown(of).match(/^\s*#/gm)?.length ?? 0;
        assert.equal(headings(text), headings('plain'));
        assert.doesNotMatch(markdown(text), /^\s*([-+=]|\d+[.)])/m);
        assert.equal(JSON.stringify(dingtalkMessage(hostileDocument(text))).includes('"at"'), false);
      });
    }
  });

  it('A5: what is too long is cut, and every part is still there', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => ({ item: `item ${index} ${'x'.repeat(500)}` }));
    const long = '很'.repeat(5000);
    const notice = filledWith(long);
    const document = renderNotice(texts, { ...notice, order: { ...notice.order, lines } }, reading(long), LINKS).document;
    assert.ok(composeMail(document).html.length < 100_000, 'mail programs cut it off');
    assert.match(composeMail(document).text, /and 4950 more/);
    const dingtalk = dingtalkMessage(document);
    assert.ok(Buffer.byteLength(JSON.stringify(dingtalk)) < 20_000);
    for (const heading of ['order', 'reason', 'review', 'user'] as const)
      assert.ok((dingtalk as any).markdown.text.includes(`#### ${NOTICE_WORDS.en.headings[heading]}`), heading);
    const { blocks } = slackMessage(renderNotice(texts, filledWith('&'.repeat(5000)), reading('<'.repeat(500)), LINKS).document) as any;
    assert.ok(blocks.length <= 50);
    for (const { type, text, fields = [] } of blocks) {
      if (text !== undefined) assert.ok(text.text.length <= (type === 'header' ? 150 : 3000), type);
      assert.ok(fields.length <= 10);
      for (const field of fields) assert.ok(field.text.length <= 2000);
    }
    assert.equal(oneLine('😀'.repeat(10), 5), '😀😀😀😀…', 'characters stay whole');
  });

  it('what happens next is said in the reader’s language for all that a case does by itself', () => {
    const whats = ['review request 3', 'resolution deadline', 'end of the retry window', 'answer to request 2 due'];
    for (const what of [...whats, 'ask for the result of request 2', 'reminder', 'escalation_supervisor', 'escalation_operations']) {
      assert.match(nextWords(what, 'en'), /^[a-z\d ]+$/, what);
      assert.match(nextWords(what, 'zh-CN'), /^[\u4e00-\u9fff\d ]+$/u, what);
    }
  });

  for (const stage of NOTICE_STAGES) {
    it(`the built-in template of ${stage} is sound, and its variables are those of the stage`, () => {
      assert.deepEqual(templateMistakes(stage, DEFAULT_TEMPLATES[stage]), []);
      assert.ok(variablesFor(stage).length > 5);
    });
  }

  it('an old version that cannot be rendered any more gives way to the built-in one, which is said', () => {
    const old = { en: { subject: '{{ order.colour }}', opening: 'x', advice: 'y' } };
    const { document, fellBack } = renderNotice(old, caseNotice(), sampleReader('en'));
    assert.match(document.subject, /^Order P-20260101-0001 failed review/);
    assert.match(fellBack ?? '', /built-in template was used: undefined variable: order\.colour/);
    assert.match(renderNotice(old, caseNotice(), sampleReader('zh-CN')).fellBack ?? '', /no texts in zh-CN/);
  });
});

describe('templates are checked when they are saved', () => {
  const sound = { subject: 's', opening: 'o', advice: '' };
  const mistakes = (own: Partial<typeof sound>, stage: NoticeStage = 'first_failure'): string[] =>
    templateMistakes(stage, { en: { ...sound, ...own }, 'zh-CN': sound }).map(({ path, message }) => `${path}: ${message}`);

  it('D9: what is sound passes: conditions, defaults, the filters there are', () => {
    const opening =
      '{% if order.seller %}{{ order.seller | upcase }}{% else %}-{% endif %}{{ order.number | default: "none" }}' +
      '{% unless review.buyerToldEarly %}x{% endunless %}{% case reason.type %}{% when "A" %}a{% else %}b{% endcase %}{{ reader.name }}';
    assert.deepEqual(mistakes({ opening }), []);
  });

  for (const [what, own, message] of [
    ['an unknown variable', { opening: 'a\n  {{ order.colour }}' }, /opening: line 2, column 6: "order\.colour" is not a variable/],
    ['a group', { opening: '{{ order }}' }, /"order" is not a variable/],
    ['a variable of another stage', { subject: '{{ reminder.number }}' }, /subject: .*"reminder\.number" is not a variable of stage/],
    ['an index', { opening: '{{ order[reason.type] }}' }, /"order\.reason,type" is not a variable/],
    ['a prototype', { opening: '{{ order.constructor }}' }, /"order\.constructor" is not a variable/],
    ['a variable in a branch not taken', { opening: 'x{% if order.seller == "?" %}{{ oops }}{% endif %}' }, /"oops" is not a variable/],
    ['what may be lacking', { opening: 'to {{ order.deliverTo }}' }, /line 1, column 7: order\.deliverTo may be lacking/],
    [
      'what may be lacking beside what is there',
      { opening: '{% if order.seller %}{{ order.seller }} to {{ order.deliverTo }}{% endif %}x' },
      /order\.deliverTo may be lacking/,
    ],
    ['an unknown filter', { advice: '{{ order.id | shout }}' }, /advice: line 1, column 1: undefined filter: shout; there are: default/],
    ['unescaped output', { opening: '{{ order.buyer | raw }}' }, /undefined filter: raw/],
    ['a file', { opening: '{% include "/etc/passwd" %}' }, /tag "include" not found; there are: if/],
    ['another template', { opening: '{% render "a" %}' }, /tag "render" not found/],
    ['a loop', { opening: '{% for i in (1..100000000) %}x{% endfor %}' }, /tag "for" not found/],
    ['a range', { opening: '{{ (1..100000000) }}' }, /memory alloc limit exceeded/],
    ['what is no Liquid', { opening: '{% if order.id %}' }, /tag \{% if order\.id %\} not closed/],
    ['an open bracket', { subject: '{{ order.id ' }, /not closed/],
    ['a subject that comes to nothing', { subject: '{{ order.seller | default: "" }}' }, /subject: must not come to nothing/],
    ['what is too long', { opening: 'x'.repeat(4001) }, /must be at most 4000 characters/],
  ] as const) {
    it(`D9: ${what} is refused`, () => {
      assert.match(mistakes(own).join('\n'), message);
    });
  }

  it('D9: every language must be there, and every mistake is told with its place', () => {
    const bad = { subject: '{{ a }}', opening: '{{ b }} {{ c }}', advice: '{% for %}' };
    const places = templateMistakes('reminder', { en: bad }).map(({ path }) => path);
    assert.deepEqual(places, ['texts.en.subject', 'texts.en.opening', 'texts.en.opening', 'texts.en.advice', 'texts.zh-CN']);
  });
});
