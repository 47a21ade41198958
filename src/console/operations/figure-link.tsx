/** A number that leads to what it counts. */
import { Anchor, Text, type TextProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figure } from './queries.ts';
import { placeOf } from './search.ts';

export interface FigureLinkProps extends TextProps {
  figure: Pick<Figure, 'count' | 'list'>;
  /** What is counted: read out with the number. */
  of: string;
}

export function FigureLink({ figure: { count, list }, of, ...props }: FigureLinkProps) {
  const { i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language).format(count);
  if (count === 0) {
    return (
      <Text span fz="inherit" className="hp-number" {...props} c="dimmed">
        {number}
      </Text>
    );
  }
  return (
    <ListLink list={list} label={`${number} ${of}`} {...props}>
      {number}
    </ListLink>
  );
}

export interface ListLinkProps extends TextProps {
  /** A list of the API. */
  list: string;
  label?: string;
  children: ReactNode;
}

export function ListLink({ list, label, children, ...props }: ListLinkProps) {
  const place = placeOf(list);
  if (place === null) return <Text {...props}>{children}</Text>;
  return (
    <Anchor component={Link} to={place.to} search={place.search as never} aria-label={label} fz="inherit" className="hp-number" {...props}>
      {children}
    </Anchor>
  );
}
