/** How things stand: what needs somebody now, how cases come and go, what stands still. */
import '@mantine/charts/styles.css';
import { Group, SegmentedControl, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/session.ts';
import { useInstant } from '../parts/instants.tsx';
import { AgeTable } from './age-table.tsx';
import { FlowChart } from './flow-chart.tsx';
import { HealthFigures } from './health-figures.tsx';
import { Loaded } from './loaded.tsx';
import { caseFiguresQuery, healthQuery } from './queries.ts';
import { ResolveTimes } from './resolve-times.tsx';
import { SavedChart } from './saved-chart.tsx';
import { DAYS, daysIn } from './spans.ts';
import { Tiles } from './tiles.tsx';

const route = getRouteApi('/signed-in/operations/{-$tab}');

export function Overview() {
  const { t } = useTranslation();
  const instant = useInstant();
  const navigate = useNavigate();
  const days = daysIn(route.useSearch().days);
  const maySeeHealth = useMay('messages.read');
  const cases = useQuery(caseFiguresQuery(days));
  const health = useQuery({ ...healthQuery, enabled: maySeeHealth });
  const choose = (to: string): void =>
    void navigate({ to: '/operations/{-$tab}', params: { tab: undefined }, search: { days: Number(to) }, replace: true });
  return (
    <Stack gap="lg">
      <Loaded reading={cases}>
        {(figures) => (
          <Stack gap="lg">
            <Tiles cases={figures} health={health.data} />
            <AgeTable open={figures.open} />
            <Group justify="space-between" align="center">
              <Title order={2} size="h4">
                {t('operations.span.title')}
              </Title>
              <SegmentedControl
                aria-label={t('operations.span.title')}
                data={DAYS.map((one) => ({ value: String(one), label: t(`operations.span.days${one}`) }))}
                value={String(days)}
                onChange={choose}
              />
            </Group>
            <SimpleGrid cols={{ base: 1, md: 2 }} aria-busy={cases.isPlaceholderData}>
              <FlowChart figures={figures} />
              <SavedChart figures={figures} />
            </SimpleGrid>
            <ResolveTimes times={figures.timeToResolve} />
          </Stack>
        )}
      </Loaded>
      {maySeeHealth && (
        <Stack gap="md" component="section" aria-labelledby="standing-still">
          <Title order={2} size="h4" id="standing-still">
            {t('operations.health.title')}
          </Title>
          <Loaded reading={health}>{(figures) => <HealthFigures health={figures} />}</Loaded>
        </Stack>
      )}
      {cases.data !== undefined && (
        <Text size="xs" c="dimmed">
          {t('operations.asOf', { time: instant(cases.data.asOf) })}
        </Text>
      )}
    </Stack>
  );
}
