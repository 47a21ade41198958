/** A table that may be wider than the page: it scrolls by itself, by the keyboard too. */
import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

export interface WideProps {
  /** px below which it scrolls. */
  minWidth: number;
  /** What it is, for who comes to it by the keyboard. */
  label: string;
  maxHeight?: number;
  children: ReactNode;
}

export function Wide({ minWidth, label, maxHeight, children }: WideProps) {
  return (
    <Table.ScrollContainer
      type="native"
      minWidth={minWidth}
      {...(maxHeight === undefined ? {} : { maxHeight })}
      tabIndex={0}
      role="group"
      aria-label={label}
    >
      {children}
    </Table.ScrollContainer>
  );
}
