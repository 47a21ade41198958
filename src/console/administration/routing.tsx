/** Who is responsible when an order does not say: the most specific row. The table is changed as a whole, if nobody else has changed it. */
import { Button, CloseButton, Group, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api, CallFailed, taggedAnswer, type Schemas } from '../app/api.ts';
import { useMay } from '../app/session.ts';
import { peopleQuery } from '../cases/queries.ts';
import { PagePending } from '../parts/page-states.tsx';
import { ListFailed, useDoing, Wrong } from './doing.tsx';
import type { Person } from './person-form.tsx';

type Route = Schemas['LiaisonRoute'];
const ROUTES = ['liaison-routes'];

export function Routing() {
  const people = useQuery(peopleQuery);
  const found = useQuery({
    queryKey: ROUTES,
    queryFn: ({ signal }) => taggedAnswer(api.GET('/v1/liaison-routes', { signal })),
    refetchOnWindowFocus: false,
  });
  if (found.isPending || people.isPending) return <PagePending />;
  if (found.data === undefined) return <ListFailed error={found.error} onAgain={() => void found.refetch()} />;
  if (people.data === undefined) return <ListFailed error={people.error} onAgain={() => void people.refetch()} />;
  const { value, etag } = found.data;
  return <RoutesForm key={etag} given={value.items} etag={etag} people={people.data} />;
}

function RoutesForm({ given, etag, people }: { given: Route[]; etag: string | null; people: Person[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const mayWrite = useMay('people.write');
  const { isBusy, wrong, run } = useDoing();
  const [items, setItems] = useState(given);
  const isChanged = JSON.stringify(items) !== JSON.stringify(given);
  const set = (index: number, part: Partial<Route>): void => setItems(items.map((one, at) => (at === index ? { ...one, ...part } : one)));
  const first = people.find(({ role, active }) => role === 'liaison' && active);
  const save = (): void =>
    void run(async () => {
      try {
        const params = { header: etag === null ? {} : { 'If-Match': etag } };
        await answer(api.PUT('/v1/liaison-routes', { params, body: { items } }));
        notifications.show({ message: t('administration.saved'), color: 'teal' });
      } catch (error) {
        if (!(error instanceof CallFailed && error.status === 412)) throw error;
        notifications.show({ message: t('administration.moved'), color: 'orange', autoClose: 10_000 });
      }
      await queries.invalidateQueries({ queryKey: ROUTES });
    });
  return (
    <Stack maw={900}>
      <Text size="sm">{t('administration.routingAbout')}</Text>
      {items.length === 0 && <Text size="sm">{t('administration.noRoutes')}</Text>}
      {items.length > 0 && (
        <Table.ScrollContainer minWidth={520}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                {(['routeBuyer', 'routeReason', 'routeLiaison', 'act'] as const).map((name) => (
                  <Table.Th key={name}>{t(`administration.${name}`)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((route, index) => (
                <RouteRow
                  key={index}
                  number={index + 1}
                  route={route}
                  people={people}
                  mayWrite={mayWrite}
                  onChange={(part) => set(index, part)}
                  onRemove={() => setItems(items.filter((_one, at) => at !== index))}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Wrong words={wrong} />
      {mayWrite && (
        <Group>
          <Button
            variant="default"
            disabled={first === undefined}
            onClick={() => setItems([...items, { buyerId: null, reasonType: null, liaisonId: first?.id ?? '' }])}
          >
            {t('administration.addRoute')}
          </Button>
          <Button disabled={!isChanged} loading={isBusy} onClick={save}>
            {t('administration.save')}
          </Button>
          {isChanged && (
            <Button variant="subtle" onClick={() => setItems(given)}>
              {t('administration.undo')}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

interface RouteRowProps {
  number: number;
  route: Route;
  people: Person[];
  mayWrite: boolean;
  onChange: (part: Partial<Route>) => void;
  onRemove: () => void;
}

function RouteRow({ number, route, people, mayWrite, onChange, onRemove }: RouteRowProps) {
  const { t } = useTranslation();
  const { buyerId, reasonType, liaisonId } = route;
  const liaisons = people.filter(({ id, role, active }) => (role === 'liaison' && active) || id === liaisonId);
  return (
    <Table.Tr>
      <Table.Td>
        <TextInput
          aria-label={`${t('administration.routeBuyer')} ${number}`}
          placeholder={t('administration.anyBuyer')}
          value={buyerId ?? ''}
          readOnly={!mayWrite}
          onChange={(event) => onChange({ buyerId: event.currentTarget.value.trim() || null })}
        />
      </Table.Td>
      <Table.Td>
        <TextInput
          aria-label={`${t('administration.routeReason')} ${number}`}
          placeholder={t('administration.anyReason')}
          value={reasonType ?? ''}
          readOnly={!mayWrite}
          onChange={(event) => onChange({ reasonType: event.currentTarget.value.trim().toUpperCase() || null })}
        />
      </Table.Td>
      <Table.Td>
        <Select
          searchable
          aria-label={`${t('administration.routeLiaison')} ${number}`}
          data={liaisons.map(({ id, name }) => ({ value: id, label: name }))}
          value={liaisonId}
          readOnly={!mayWrite}
          allowDeselect={false}
          onChange={(id) => onChange({ liaisonId: id ?? liaisonId })}
        />
      </Table.Td>
      <Table.Td>{mayWrite && <CloseButton aria-label={`${t('administration.remove')} ${number}`} onClick={onRemove} />}</Table.Td>
    </Table.Tr>
  );
}
