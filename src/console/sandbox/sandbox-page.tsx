/** The sandbox: orders that fail as one likes, waits that are skipped, and what each of the other sides got. */
import { SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../app/session.ts';
import { PageMissing } from '../parts/page-states.tsx';
import { MakeOrder } from './make-order.tsx';
import { Arrivals, Inbox } from './received.tsx';
import type { SandboxSearch } from './search.ts';
import { Waits } from './waits.tsx';
import './words.ts';

const route = getRouteApi('/signed-in/sandbox');
const TYPING_MS = 250;

export function SandboxPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/sandbox' });
  const { sandbox, roles } = useSession();
  if (!sandbox || !roles.includes('operations')) return <PageMissing />;
  const set = (part: SandboxSearch): void =>
    void navigate({ search: Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value)), replace: true });
  const order = search.order ?? '';
  return (
    <Stack gap="md" maw={1200} mx="auto">
      <div>
        <Title order={1} size="h3">
          {t('sandbox.title')}
        </Title>
        <Text size="sm">{t('sandbox.about')}</Text>
      </div>
      <MakeOrder onMade={(made) => set({ order: made })} />
      <OrderFilter given={order} onChange={(wanted) => set({ order: wanted })} />
      {order !== '' && <Waits key={order} orderId={order} />}
      <SegmentedControl
        style={{ alignSelf: 'flex-start' }}
        aria-label={t('sandbox.look')}
        value={search.view ?? 'arrivals'}
        onChange={(view) => set({ view: view === 'inbox' ? 'inbox' : undefined })}
        data={[
          { value: 'arrivals', label: t('sandbox.views.arrivals') },
          { value: 'inbox', label: t('sandbox.views.inbox') },
        ]}
      />
      {search.view === 'inbox' ? <Inbox orderId={order} /> : <Arrivals orderId={order} />}
    </Stack>
  );
}

function OrderFilter({ given, onChange }: { given: string; onChange: (order: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(given);
  const tell = useDebouncedCallback(onChange, TYPING_MS);
  useEffect(() => setTyped(given), [given]);
  return (
    <TextInput
      type="search"
      maw={320}
      label={t('sandbox.orderFilter')}
      placeholder={t('sandbox.anyOrder')}
      maxLength={128}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value.trim());
      }}
    />
  );
}
