/** What came to the other sides: every call to every server, and the mails as they look. */
import { Accordion, Badge, Code, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Instant } from '../parts/instants.tsx';
import { Empty, PagePending, useProblemWords } from '../parts/page-states.tsx';
import { arrivalsQuery, inboxQuery, type Arrival, type Mail } from './control.ts';

/** The newest that are shown. */
const MOST = 200;

export function Arrivals({ orderId }: { orderId: string }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const found = useQuery(arrivalsQuery(orderId));
  if (orderId === '') return <Empty title={t('sandbox.needOrder')} about={t('sandbox.needOrderAbout')} />;
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <Text role="alert">{words(found.error)}</Text>;
  if (found.data.length === 0) return <Empty title={t('sandbox.nothing')} about={t('sandbox.nothingAbout')} />;
  return (
    <Accordion chevronPosition="left" variant="contained">
      {found.data
        .toReversed()
        .slice(0, MOST)
        .map((arrival) => (
          <Came key={arrival.seq} arrival={arrival} />
        ))}
    </Accordion>
  );
}

function Came({ arrival: { seq, side, method, path, at, call, signatureValid, outage, body } }: { arrival: Arrival }) {
  const { t } = useTranslation();
  return (
    <Accordion.Item value={String(seq)}>
      <Accordion.Control>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {t(`sandbox.side.${side}`)}
          </Text>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {method} {path}
          </Text>
          {call !== null && (
            <Badge size="sm" variant="default" tt="none">
              {t('sandbox.call', { number: call })}
            </Badge>
          )}
          {signatureValid !== undefined && (
            <Badge size="sm" variant="light" tt="none" color={signatureValid ? 'teal' : 'red'}>
              {t(`sandbox.signature.${signatureValid}`)}
            </Badge>
          )}
          {outage !== undefined && (
            <Badge size="sm" variant="light" tt="none" color="orange">
              {t('sandbox.outage', { what: outage })}
            </Badge>
          )}
          <Instant at={at} size="xs" />
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Code block tabIndex={0} style={{ maxHeight: 320, overflow: 'auto', whiteSpace: 'pre-wrap' }}>
          {typeof body === 'string' ? body : JSON.stringify(body, null, 2)}
        </Code>
      </Accordion.Panel>
    </Accordion.Item>
  );
}

export function Inbox({ orderId }: { orderId: string }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const [open, setOpen] = useState<string | null>(null);
  const found = useQuery(inboxQuery(orderId));
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <Text role="alert">{words(found.error)}</Text>;
  if (found.data.length === 0) return <Empty title={t('sandbox.nothing')} about={t('sandbox.nothingAbout')} />;
  return (
    <Accordion chevronPosition="left" variant="contained" value={open} onChange={setOpen}>
      {found.data
        .toReversed()
        .slice(0, MOST)
        .map((mail, index) => {
          // Its place from the oldest on: it stays its own while others come.
          const key = `mail-${found.data.length - index}`;
          return (
            <Accordion.Item key={key} value={key}>
              <Accordion.Control>
                <Group gap="xs">
                  <Text size="sm" fw={600}>
                    {mail.subject}
                  </Text>
                  <Text size="sm">{mail.to.join(', ')}</Text>
                  <Instant at={mail.at} size="xs" />
                </Group>
              </Accordion.Control>
              <Accordion.Panel>{open === key && <Letter mail={mail} />}</Accordion.Panel>
            </Accordion.Item>
          );
        })}
    </Accordion>
  );
}

/** In a frame in which no script runs; its links open pages of their own. */
function Letter({ mail: { subject, html, text } }: { mail: Mail }) {
  const { t } = useTranslation();
  const [view, setView] = useState(html === null ? 'text' : 'page');
  return (
    <Stack gap="xs" align="flex-start">
      {html !== null && (
        <SegmentedControl
          size="xs"
          value={view}
          onChange={setView}
          data={[
            { value: 'page', label: t('sandbox.asPage') },
            { value: 'text', label: t('sandbox.asText') },
          ]}
        />
      )}
      {view === 'page' && html !== null ? (
        <iframe
          title={t('sandbox.mail', { subject })}
          srcDoc={withStylesAside(html)}
          onLoad={(event) => applyStyles(event.currentTarget)}
          sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
          style={{ width: '100%', height: 480, border: '1px solid var(--mantine-color-default-border)', background: 'white' }}
        />
      ) : (
        <Code block tabIndex={0} style={{ width: '100%', whiteSpace: 'pre-wrap' }}>
          {text}
        </Code>
      )}
    </Stack>
  );
}

const ASIDE = 'data-style';

/** The console's policy forbids styles written in a page, and frames inherit it: they are put aside, and set from here. */
function withStylesAside(html: string): string {
  return html.replaceAll(/\sstyle="([^"]*)"/g, ` ${ASIDE}="$1"`).replace('<head>', '<head><base target="_blank">');
}

function applyStyles({ contentDocument }: HTMLIFrameElement): void {
  for (const element of contentDocument?.querySelectorAll<HTMLElement>(`[${ASIDE}]`) ?? [])
    element.style.cssText = element.getAttribute(ASIDE) ?? '';
}
