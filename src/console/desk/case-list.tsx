/** The cases, as many in the page as are seen: ten thousand scroll as smoothly as ten. */
import { Button, Center } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Case, CaseAction } from '../cases/queries.ts';
import { useListKeys } from '../parts/list-keys.ts';
import { CaseRow } from './case-row.tsx';
import classes from './desk.module.css';

const ROW_PX = 84;
/** So many rows before the end the next page is asked for. */
const AHEAD = 20;

export interface CaseListProps {
  cases: Case[];
  selected: ReadonlySet<string>;
  onToggle: (one: Case) => void;
  onAct: (action: CaseAction, one: Case) => void;
  hasMore: boolean;
  isLoadingMore: boolean;
  /** More could not be read: it is asked for again only by hand. */
  isMoreFailed: boolean;
  onMore: () => void;
}

export function CaseList({ cases, selected, onToggle, onAct, hasMore, isLoadingMore, isMoreFailed, onMore }: CaseListProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: cases.length,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => cases[index]?.caseId ?? index,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isLoadingMore && !isMoreFailed && last >= cases.length - AHEAD) onMore();
  }, [hasMore, isLoadingMore, isMoreFailed, last, cases.length, onMore]);

  const on = (act: (one: Case) => void) => (index: number) => {
    const one = cases[index];
    if (one !== undefined) act(one);
  };
  const onFocused = useListKeys({
    list,
    ids: useMemo(() => cases.map(({ caseId }) => caseId), [cases]),
    scrollTo: (index) => rows.scrollToIndex(index, { align: 'auto' }),
    acts: { x: on(onToggle), r: on((one) => onAct('review-succeeded', one)), a: on((one) => onAct('acknowledge', one)) },
  });

  return (
    <>
      <ul ref={list} className={classes['list']} style={{ height: rows.getTotalSize() }}>
        {shown.map(({ index, key, start }) => {
          const one = cases[index];
          if (one === undefined) return null;
          return (
            <li
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className={classes['place']}
              style={{ transform: `translateY(${start - top}px)` }}
              onFocus={() => onFocused(index)}
            >
              <CaseRow one={one} isSelected={selected.has(one.caseId)} onToggle={onToggle} onAct={onAct} />
            </li>
          );
        })}
      </ul>
      {hasMore && (
        <Center>
          <Button variant="subtle" onClick={onMore} disabled={isLoadingMore}>
            {t(isLoadingMore ? 'desk.loadingMore' : 'desk.more')}
          </Button>
        </Center>
      )}
    </>
  );
}
