/** Before a template counts: why it is changed. Nothing is saved over what somebody else has saved meanwhile. */
import { Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { CallFailed } from '../app/api.ts';
import { useSession } from '../app/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { DialogButtons, useDoing, Wrong } from './doing.tsx';
import { mistakesOf, saveTemplate, TEMPLATES, type Mistake, type Stage, type Texts } from './template-queries.ts';

export interface TemplateWish {
  /** Null: what is saved is taken back. */
  texts: Texts | null;
  etag: string | null;
}

export interface TemplateSaveProps {
  stage: Stage;
  reasonType: string | null;
  wish: TemplateWish | null;
  onDone: () => void;
  onRefused: (mistakes: Mistake[]) => void;
  onClose: () => void;
}

export function TemplateSave({ wish, ...rest }: TemplateSaveProps) {
  const { t } = useTranslation();
  const title = t(wish?.texts === null ? 'templates.takeBack' : 'templates.save').replace('…', '');
  return (
    <Dialog opened={wish !== null} onClose={rest.onClose} title={title}>
      {wish !== null && <SaveForm wish={wish} title={title} {...rest} />}
    </Dialog>
  );
}

type SaveFormProps = Omit<TemplateSaveProps, 'wish'> & { wish: TemplateWish; title: string };

function SaveForm({ stage, reasonType, wish: { texts, etag }, title, onDone, onRefused, onClose }: SaveFormProps) {
  const { t } = useTranslation();
  const { person } = useSession();
  const queries = useQueryClient();
  const { isBusy, wrong, setWrong, run } = useDoing();
  const [why, setWhy] = useState('');
  const about =
    texts !== null ? t('templates.saveAbout') : t(reasonType === null ? 'templates.takeBackToBuiltIn' : 'templates.takeBackToGeneral');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (why.trim() === '') return setWrong(t('administration.whyNeeded'));
    void run(async () => {
      try {
        const { saved } = await saveTemplate(stage, reasonType, etag, { texts, by: person.name, why: why.trim() });
        const message = texts === null ? t('templates.takenBackNow') : t('templates.saved', { version: saved.version });
        notifications.show({ message, color: 'teal' });
        onDone();
      } catch (error) {
        const mistakes = mistakesOf(error);
        const isMoved = error instanceof CallFailed && error.status === 412;
        if (mistakes.length === 0 && !isMoved) throw error;
        // The editor tells both: what is wrong where it stands, and what somebody else has saved.
        onRefused(mistakes);
        onClose();
      }
      await queries.invalidateQueries({ queryKey: TEMPLATES });
    });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{about}</Text>
        <Textarea
          required
          label={t('administration.why')}
          value={why}
          maxLength={2000}
          autosize
          minRows={2}
          onChange={(event) => setWhy(event.currentTarget.value)}
          data-autofocus
        />
        <Wrong words={wrong} />
        <DialogButtons label={title} isBusy={isBusy} isFinal={texts === null} onCancel={onClose} />
      </Stack>
    </form>
  );
}
