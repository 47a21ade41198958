/** One change of the settings: who did what to what, why, and what is otherwise than before. */
import { Anchor, Badge, Group, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../app/api.ts';
import { Wide } from '../operations/wide.tsx';
import { Instant } from '../parts/instants.tsx';

type Line = Schemas['SettingChange'];

/** Where this console shows it as it is now; null: nowhere. */
function placeOf({ what, name }: Line): { to: string; search?: Record<string, string> } | null {
  const [first = name, reasonType] = name.split('/');
  switch (what) {
    case 'person':
    case 'absence':
      return { to: '/administration', search: { tab: 'people' } };
    case 'routing':
      return { to: '/administration', search: { tab: 'routing' } };
    case 'counterpart':
    case 'counterpart_secret':
      return { to: '/administration', search: { tab: 'counterparts' } };
    case 'key':
      return { to: '/administration', search: { tab: 'keys' } };
    case 'notice_template':
      return { to: '/administration', search: { tab: 'templates', stage: first, ...(reasonType === undefined ? {} : { reasonType }) } };
    case 'policy':
      return { to: `/policies/${name}` };
    case 'vendor':
      return { to: '/operations/words' };
    case 'switch':
      return { to: '/operations/switches' };
    case 'subscription':
      return null;
  }
}

export function AuditLine({ line }: { line: Line }) {
  const { t } = useTranslation();
  const { what, name, action, by, why, version, changes, at } = line;
  const place = placeOf(line);
  return (
    <li style={{ borderBottom: '1px solid var(--mantine-color-default-border)', padding: '10px 0' }}>
      <Group gap="xs">
        <Badge variant="light" tt="none" radius="sm">
          {t(`audit.kind.${what}`)}
        </Badge>
        {place === null ? (
          <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
        ) : (
          <Anchor
            component={Link}
            to={place.to}
            search={(place.search ?? {}) as never}
            size="sm"
            fw={600}
            style={{ overflowWrap: 'anywhere' }}
          >
            {name}
          </Anchor>
        )}
        <Text size="sm">
          {t(`audit.action.${action}`)}
          {version !== null && ` · ${t('audit.version', { version })}`} · {by} · <Instant at={at} size="sm" />
        </Text>
      </Group>
      {why !== null && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          “{why}”
        </Text>
      )}
      {changes.length > 0 && <Members changes={changes} />}
    </li>
  );
}

function Members({ changes }: { changes: Line['changes'] }) {
  const { t } = useTranslation();
  const label = t('audit.members', { names: changes.map(({ member }) => member).join(', ') });
  return (
    <details>
      <summary>{label}</summary>
      <Wide minWidth={320} label={label}>
        <Table fz="xs" verticalSpacing={4} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Td w="24%" />
              <Table.Th>{t('audit.before')}</Table.Th>
              <Table.Th>{t('audit.after')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.map(({ member, before, after }) => (
              <Table.Tr key={member}>
                <Table.Th scope="row" fw={400} ff="monospace">
                  {member}
                </Table.Th>
                {[before, after].map((value, index) => (
                  <Table.Td key={index} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap', verticalAlign: 'top' }}>
                    <Value value={value} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </details>
  );
}

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function Value({ value }: { value: unknown }) {
  const { t } = useTranslation();
  if (value === null || value === undefined || value === '') return t('audit.nothing');
  if (typeof value === 'string') return INSTANT.test(value) ? <Instant at={value} size="xs" /> : value;
  return JSON.stringify(value, null, 1);
}
