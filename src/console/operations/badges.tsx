import { Badge, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Message } from './queries.ts';

type State = Message['state'];

const COLORS: Record<State, string> = {
  queued: 'blue',
  sending: 'cyan',
  sent: 'teal',
  refused: 'red',
  dead: 'red',
  dropped: 'gray',
  unknown: 'orange',
  shadow: 'grape',
};

/** Said by its word; the colour only helps. */
export function MessageState({ state }: { state: State }) {
  const { t } = useTranslation();
  return (
    <Tooltip label={t(`operations.messageStateAbout.${state}`)} multiline maw={300}>
      <Badge variant="light" color={COLORS[state]} tt="none" radius="sm">
        {t(`operations.messageState.${state}`)}
      </Badge>
    </Tooltip>
  );
}
