/** The switches of the installation: what each does, how it stands for all and for single buyers, who turned it and why. */
import { Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/session.ts';
import { Loaded } from './loaded.tsx';
import { switchQuery, type Switch } from './queries.ts';
import { SwitchDialog, type SwitchWish } from './switch-dialog.tsx';
import { OnBadge, Who } from './switch-state.tsx';
import { Wide } from './wide.tsx';

const NAMES = ['shadow', 'stop-early-success'] as const satisfies readonly Switch['name'][];

export function SwitchesPanel() {
  const { t } = useTranslation();
  const mayTurn = useMay('switches.write');
  const [wish, setWish] = useState<SwitchWish | null>(null);
  return (
    <Stack gap="md">
      {NAMES.map((name) => (
        <OneSwitch key={name} name={name} onWish={mayTurn ? setWish : undefined} />
      ))}
      {!mayTurn && (
        <Text size="xs" c="dimmed">
          {t('operations.switches.mayNot')}
        </Text>
      )}
      {wish !== null && <SwitchDialog wish={wish} onClose={() => setWish(null)} />}
    </Stack>
  );
}

interface OneSwitchProps {
  name: Switch['name'];
  onWish: ((wish: SwitchWish) => void) | undefined;
}

function OneSwitch({ name, onWish }: OneSwitchProps) {
  const { t } = useTranslation();
  const found = useQuery(switchQuery(name));
  return (
    <Paper withBorder p="md" component="section" aria-label={t(`operations.switches.${name}`)}>
      <Title order={2} size="h4">
        {t(`operations.switches.${name}`)}
      </Title>
      <Text size="sm" mb="sm" maw={760}>
        {t(`operations.switches.${name}About`)}
      </Text>
      <Loaded reading={found}>
        {({ value: { items }, etag }) => {
          const all = items.find(({ buyerId }) => buyerId === null);
          const buyers = items.filter(({ buyerId }) => buyerId !== null);
          const isOn = all?.on ?? false;
          const turn = (buyerId: string | null, on: boolean) => onWish?.({ name, buyerId, on, etag });
          return (
            <Stack gap="sm">
              <Group gap="sm">
                <OnBadge on={isOn} />
                <Text size="sm">{t('operations.switches.forAll')}</Text>
                {all !== undefined && <Who change={all} />}
                {onWish !== undefined && (
                  <Button size="xs" variant="default" onClick={() => turn(null, !isOn)}>
                    {t(isOn ? 'operations.switches.turnOffAll' : 'operations.switches.turnOnAll')}
                  </Button>
                )}
                {onWish !== undefined && (
                  <Button size="xs" variant="default" onClick={() => turn('', !isOn)}>
                    {t('operations.switches.oneBuyer')}
                  </Button>
                )}
              </Group>
              {buyers.length > 0 && <Buyers name={name} buyers={buyers} onTurn={onWish === undefined ? undefined : turn} />}
            </Stack>
          );
        }}
      </Loaded>
    </Paper>
  );
}

interface BuyersProps {
  name: Switch['name'];
  buyers: Switch[];
  onTurn: ((buyerId: string, on: boolean) => void) | undefined;
}

function Buyers({ name, buyers, onTurn }: BuyersProps) {
  const { t } = useTranslation();
  return (
    <Wide minWidth={480} label={t('operations.switches.buyersOf', { name: t(`operations.switches.${name}`) })}>
      <Table verticalSpacing={6} aria-label={t('operations.switches.buyersOf', { name: t(`operations.switches.${name}`) })}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('operations.switches.buyer')}</Table.Th>
            <Table.Th>{t('desk.state')}</Table.Th>
            <Table.Th>{t('operations.switches.lastTurned')}</Table.Th>
            {onTurn !== undefined && <Table.Th ta="right">{t('operations.words.change')}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {buyers.map((change) => {
            const buyerId = change.buyerId ?? '';
            return (
              <Table.Tr key={buyerId}>
                <Table.Th scope="row" fw={400}>
                  {buyerId}
                </Table.Th>
                <Table.Td>
                  <OnBadge on={change.on} />
                </Table.Td>
                <Table.Td>
                  <Who change={change} />
                </Table.Td>
                {onTurn !== undefined && (
                  <Table.Td ta="right">
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() => onTurn(buyerId, !change.on)}
                      aria-label={`${t(change.on ? 'operations.switches.turnOff' : 'operations.switches.turnOn')}: ${buyerId}`}
                    >
                      {t(change.on ? 'operations.switches.turnOff' : 'operations.switches.turnOn')}
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
