/** A dialog with a name. Its title stands in its body: a `<header>`, as of Mantine's own, would be a second banner of the page (axe). */
import { Group, Modal, Title, type ModalRootProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface DialogProps {
  opened: boolean;
  title: string;
  onClose: () => void;
  size?: ModalRootProps['size'];
  /** False where what it shows is shown only once. */
  closeOnClickOutside?: boolean;
  /** Something is being sent: it stays until that is answered. */
  isBusy?: boolean;
  children: ReactNode;
}

export function Dialog({ title, children, closeOnClickOutside = true, isBusy = false, onClose, ...root }: DialogProps) {
  const { t } = useTranslation();
  return (
    // It is gone at once: what it was about is gone as well, and would leave it empty.
    <Modal.Root
      {...root}
      onClose={isBusy ? () => {} : onClose}
      closeOnClickOutside={closeOnClickOutside}
      transitionProps={{ exitDuration: 0 }}
      centered
    >
      <Modal.Overlay />
      <Modal.Content aria-label={title}>
        <Modal.Body p="md">
          <Group justify="space-between" align="flex-start" wrap="nowrap" mb="sm">
            <Title order={2} size="h4">
              {title}
            </Title>
            <Modal.CloseButton disabled={isBusy} aria-label={t('page.close')} />
          </Group>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
