/** The placements in their parts, as many in the page as are seen. */
import { Button, Center, Group, Text, Title } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useListKeys } from '../parts/list-keys.ts';
import type { PlacementAction } from './actions.ts';
import { PlacementRow } from './placement-row.tsx';
import classes from './placements.module.css';
import type { Placement } from './queries.ts';
import type { Part } from './search.ts';

const ROW_PX = 78;
/** So many rows before the end the next page is asked for. */
const AHEAD = 20;

export type ListItem = { kind: 'heading'; part: Part; count: number } | { kind: 'placement'; one: Placement };

export interface PlacementListProps {
  items: ListItem[];
  vendorName: (id: string) => string;
  onAct: (action: PlacementAction, one: Placement) => void;
  hasMore: boolean;
  isLoadingMore: boolean;
  /** More could not be read: it is asked for again only by hand. */
  isMoreFailed: boolean;
  onMore: () => void;
}

export function PlacementList({ items, vendorName, onAct, hasMore, isLoadingMore, isMoreFailed, onMore }: PlacementListProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => keyOf(items[index]) ?? index,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isLoadingMore && !isMoreFailed && last >= items.length - AHEAD) onMore();
  }, [hasMore, isLoadingMore, isMoreFailed, last, items.length, onMore]);

  const onFocused = useListKeys({
    list,
    ids: useMemo(() => items.map((item) => (item.kind === 'heading' ? null : item.one.placementId)), [items]),
    scrollTo: (index) => rows.scrollToIndex(index, { align: 'auto' }),
  });

  return (
    <>
      <ul ref={list} className={classes['list']} style={{ height: rows.getTotalSize() }}>
        {shown.map(({ index, key, start }) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            <li
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className={classes['place']}
              style={{ transform: `translateY(${start - top}px)` }}
              onFocus={() => onFocused(index)}
            >
              {item.kind === 'heading' ? (
                <Heading {...item} />
              ) : (
                <PlacementRow one={item.one} vendor={vendorName(item.one.vendorId)} onAct={onAct} />
              )}
            </li>
          );
        })}
      </ul>
      {hasMore && (
        <Center>
          <Button variant="subtle" onClick={onMore} disabled={isLoadingMore}>
            {t(isLoadingMore ? 'placements.loadingMore' : 'placements.more')}
          </Button>
        </Center>
      )}
    </>
  );
}

function Heading({ part, count }: { part: Part; count: number }) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" align="baseline" className={classes['heading'] ?? ''}>
      <Title order={2} size="h5">
        {t(`placements.part.${part}`)} {count}
      </Title>
      {part !== 'all' && (
        <Text size="sm" c="dimmed">
          {t(`placements.partAbout.${part}`)}
        </Text>
      )}
    </Group>
  );
}

function keyOf(item: ListItem | undefined): string | undefined {
  return item?.kind === 'placement' ? item.one.placementId : item?.part;
}
