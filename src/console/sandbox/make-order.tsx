/** Makes an order to which happens what one chooses. */
import { Alert, Anchor, Button, Group, Paper, Select, TextInput, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemWords } from '../parts/page-states.tsx';
import { useReasonWords } from '../parts/status.tsx';
import { makeOrder } from './control.ts';
import { SCENARIO_NAMES, SCENARIOS, type ScenarioName } from './scenarios.ts';

const REASONS = ['STOCK_SHORT', 'DEDUCTION_ERROR', 'INTERFACE_TIMEOUT', 'PRICE_SYNC', 'CONTENT_MISMATCH', 'CREDIT_LIMIT'];

/** Not used before, and short enough to be said. */
const newNumber = (): string => `S-${Date.now().toString(36).toUpperCase()}`;

export function MakeOrder({ onMade }: { onMade: (orderId: string) => void }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const reasonWords = useReasonWords();
  const [orderId, setOrderId] = useState(newNumber);
  const [scenario, setScenario] = useState<ScenarioName>('third');
  const [reason, setReason] = useState('STOCK_SHORT');
  const [isRunning, setRunning] = useState(false);
  const [made, setMade] = useState<{ orderId: string; where: 'cases' | 'placements' } | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  const run = async (): Promise<void> => {
    const number = orderId.trim();
    setRunning(true);
    setFailure(null);
    try {
      setMade({ orderId: number, where: await makeOrder(number, scenario, reason) });
      setOrderId(newNumber());
      onMade(number);
    } catch (error) {
      setFailure(words(error));
    }
    setRunning(false);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (orderId.trim() !== '') void run();
  };
  return (
    <Paper component="section" withBorder p="md" aria-label={t('sandbox.make')}>
      <Title order={2} size="h5" mb="xs">
        {t('sandbox.make')}
      </Title>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="sm">
          <TextInput
            w={180}
            required
            label={t('sandbox.order')}
            maxLength={100}
            value={orderId}
            onChange={(event) => setOrderId(event.currentTarget.value)}
          />
          <Select
            flex={1}
            miw={260}
            label={t('sandbox.scenario')}
            data={SCENARIO_NAMES.map((value) => ({ value, label: t(`sandbox.scenarios.${value}`) }))}
            value={scenario}
            onChange={(value) => value !== null && setScenario(value)}
            allowDeselect={false}
          />
          {SCENARIOS[scenario].kind === 'review' && (
            <Select
              w={220}
              label={t('sandbox.reason')}
              data={REASONS.map((value) => ({ value, label: reasonWords(value) }))}
              value={reason}
              onChange={(value) => value !== null && setReason(value)}
              allowDeselect={false}
            />
          )}
          <Button type="submit" loading={isRunning}>
            {t('sandbox.start')}
          </Button>
        </Group>
      </form>
      {made !== null && (
        <Alert color="teal" mt="sm" role="status">
          {t('sandbox.started', { order: made.orderId })}{' '}
          <Anchor component={Link} to={`/${made.where}/${encodeURIComponent(made.orderId)}`}>
            {t('sandbox.open', { order: made.orderId })}
          </Anchor>
        </Alert>
      )}
      {failure !== null && (
        <Alert color="red" mt="sm" role="alert">
          {failure}
        </Alert>
      )}
    </Paper>
  );
}
