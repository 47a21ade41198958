/** The keys with which servers call: made, rotated, revoked, and who did so. A key itself is shown once. */
import { Badge, Button, Group, Menu, MultiSelect, Stack, Table, TagsInput, Text, TextInput, Textarea, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import { PERMISSIONS } from '../../domain/access.ts';
import { answer, api, type Schemas } from '../app/api.ts';
import { useMay } from '../app/session.ts';
import { Instant } from '../parts/instants.tsx';
import { Empty, PagePending } from '../parts/page-states.tsx';
import { DialogButtons, ListFailed, ShownOnce, useDoing, Wrong } from './doing.tsx';

type Key = Schemas['Key'];
type Wish = { what: 'create' } | { what: 'rotate' | 'revoke' | 'history'; name: string };
const KEYS = ['keys'];
/** Not on a phone. */
const WIDE = new Set(['buyers', 'lastUsed', 'expires']);
const NAME = /^[a-z0-9][a-z0-9-]{0,59}$/;

export function Keys() {
  const { t } = useTranslation();
  const mayWrite = useMay('keys.write');
  const [wish, setWish] = useState<Wish | null>(null);
  const keys = useQuery({ queryKey: KEYS, queryFn: async ({ signal }) => (await answer(api.GET('/v1/keys', { signal }))).items });
  if (keys.isPending) return <PagePending />;
  if (keys.data === undefined) return <ListFailed error={keys.error} onAgain={() => void keys.refetch()} />;
  return (
    <Stack>
      {mayWrite && (
        <Button style={{ alignSelf: 'flex-start' }} onClick={() => setWish({ what: 'create' })}>
          {t('administration.createKey')}
        </Button>
      )}
      {keys.data.length === 0 ? (
        <Empty title={t('administration.noKeys')} about={t('administration.noKeysAbout')} />
      ) : (
        <Table.ScrollContainer minWidth={280}>
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                {(['keyName', 'scopes', 'buyers', 'lastUsed', 'expires', 'act'] as const).map((name) => (
                  <Table.Th key={name} {...(WIDE.has(name) ? { visibleFrom: 'sm' } : {})}>
                    {t(`administration.${name}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {keys.data.map((key) => (
                <KeyRow key={key.name} of={key} mayWrite={mayWrite} onWish={setWish} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <KeyDialog wish={wish} onClose={() => setWish(null)} />
    </Stack>
  );
}

function KeyRow({ of, mayWrite, onWish }: { of: Key; mayWrite: boolean; onWish: (wish: Wish) => void }) {
  const { t } = useTranslation();
  const { name, status, scopes, buyers, lastUsedAt, expiresAt } = of;
  const isActive = status === 'active';
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {!isActive && (
            <Badge variant="light" color="gray" tt="none">
              {t(`administration.keyState.${status}`)}
            </Badge>
          )}
        </Group>
        <Text size="xs" ff="monospace">
          {of.secrets[0]?.prefix}…
        </Text>
      </Table.Td>
      <Table.Td maw={320}>
        <Text size="xs">{scopes.join(', ')}</Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="xs">{buyers === null ? t('administration.allBuyers') : buyers.join(', ')}</Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {lastUsedAt === null ? <Text size="sm">{t('administration.never')}</Text> : <Instant at={lastUsedAt} size="sm" />}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {expiresAt === null ? <Text size="sm">{t('administration.never')}</Text> : <Instant at={expiresAt} size="sm" />}
      </Table.Td>
      <Table.Td>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" size="compact-sm" aria-label={t('administration.actions', { name })}>
              ⋯
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onWish({ what: 'history', name })}>{t('administration.history')}</Menu.Item>
            {mayWrite && isActive && (
              <>
                <Menu.Item onClick={() => onWish({ what: 'rotate', name })}>{t('administration.rotate')}</Menu.Item>
                <Menu.Item color="red" onClick={() => onWish({ what: 'revoke', name })}>
                  {t('administration.revoke')}
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}

function KeyDialog({ wish, onClose }: { wish: Wish | null; onClose: () => void }) {
  const { t } = useTranslation();
  const title =
    wish === null
      ? ''
      : wish.what === 'create'
        ? t('administration.createKey')
        : `${t(`administration.${wish.what}`).replace('…', '')}: ${wish.name}`;
  // A key that is shown is not lost by a click beside it.
  const isSafe = wish?.what === 'history' || wish?.what === 'revoke';
  return (
    <Dialog opened={wish !== null} onClose={onClose} title={title} closeOnClickOutside={isSafe}>
      {wish?.what === 'create' && <CreateForm onClose={onClose} />}
      {wish?.what === 'rotate' && <RotateForm name={wish.name} onClose={onClose} />}
      {wish?.what === 'revoke' && <RevokeForm name={wish.name} onClose={onClose} />}
      {wish?.what === 'history' && <KeyChanges name={wish.name} />}
    </Dialog>
  );
}

function CreateForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isBusy, wrong, setWrong, run, keyOf } = useDoing();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([]);
  const [buyers, setBuyers] = useState<string[]>([]);
  const [made, setMade] = useState<string | null>(null);
  if (made !== null) return <ShownOnce secret={made} onDone={onClose} />;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!NAME.test(name)) return setWrong(t('administration.keyNameWrong'));
    if (scopes.length === 0) return setWrong(t('administration.scopesNeeded'));
    const body = { name, scopes: scopes as Key['scopes'], buyers: buyers.length === 0 ? null : buyers, expiresAt: null };
    void run(async () => {
      const params = { header: { 'Idempotency-Key': keyOf(body) } };
      const { key } = await answer(api.POST('/v1/keys', { params, body }));
      setMade(key);
      await queries.invalidateQueries({ queryKey: KEYS });
    });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={t('administration.keyName')}
          description={t('administration.keyNameHint')}
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <MultiSelect required searchable label={t('administration.scopes')} data={PERMISSIONS} value={scopes} onChange={setScopes} />
        <TagsInput
          label={t('administration.buyers')}
          placeholder={buyers.length === 0 ? t('administration.allBuyers') : ''}
          value={buyers}
          onChange={setBuyers}
        />
        <Wrong words={wrong} />
        <DialogButtons label={t('administration.createKey')} isBusy={isBusy} onCancel={onClose} />
      </Stack>
    </form>
  );
}

function RotateForm({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isBusy, wrong, run, keyOf } = useDoing();
  const [made, setMade] = useState<string | null>(null);
  if (made !== null) return <ShownOnce secret={made} onDone={onClose} />;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(async () => {
      const params = { path: { name }, header: { 'Idempotency-Key': keyOf('rotate') } };
      const { key } = await answer(api.POST('/v1/keys/{name}/rotate', { params, body: {} }));
      setMade(key);
      await queries.invalidateQueries({ queryKey: KEYS });
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t('administration.rotateAbout', { name })}</Text>
        <Wrong words={wrong} />
        <DialogButtons label={t('administration.rotate').replace('…', '')} isBusy={isBusy} onCancel={onClose} />
      </Stack>
    </form>
  );
}

function RevokeForm({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isBusy, wrong, setWrong, run, keyOf } = useDoing();
  const [note, setNote] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (note.trim() === '') return setWrong(t('administration.whyNeeded'));
    void run(async () => {
      const params = { path: { name }, header: { 'Idempotency-Key': keyOf(note) } };
      await answer(api.POST('/v1/keys/{name}/revoke', { params, body: { note: note.trim() } }));
      await queries.invalidateQueries({ queryKey: KEYS });
      onClose();
    });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{t('administration.revokeAbout', { name })}</Text>
        <Textarea
          required
          label={t('administration.why')}
          value={note}
          maxLength={2000}
          onChange={(event) => setNote(event.currentTarget.value)}
          data-autofocus
        />
        <Wrong words={wrong} />
        <DialogButtons label={t('administration.revoke').replace('…', '')} isBusy={isBusy} isFinal onCancel={onClose} />
      </Stack>
    </form>
  );
}

function KeyChanges({ name }: { name: string }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: [...KEYS, name],
    queryFn: ({ signal }) => answer(api.GET('/v1/keys/{name}', { params: { path: { name } }, signal })),
  });
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <ListFailed error={found.error} onAgain={() => void found.refetch()} />;
  return (
    <Stack gap="xs">
      <Title order={3} size="h6">
        {t('administration.history')}
      </Title>
      {found.data.changes.toReversed().map(({ type, by, at, data }) => (
        <div key={`${type}${at}`}>
          <Text size="sm">
            {t(`administration.change.${type}`)} · {by} · <Instant at={at} size="sm" />
          </Text>
          {typeof data['note'] === 'string' && <Text size="sm">“{data['note']}”</Text>}
        </div>
      ))}
    </Stack>
  );
}
