/** The cases, as many in the page as are seen: ten thousand scroll as smoothly as ten. */
import { Button, Center } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Case, CaseAction } from '../cases/queries.ts';
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
  onMore: () => void;
}

export function CaseList({ cases, selected, onToggle, onAct, hasMore, isLoadingMore, onMore }: CaseListProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  const [at, setAt] = useState(-1);
  const navigate = useNavigate();
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
    if (hasMore && !isLoadingMore && last >= cases.length - AHEAD) onMore();
  }, [hasMore, isLoadingMore, last, cases.length, onMore]);

  const go = (step: number): void => {
    const next = Math.min(Math.max(at + step, 0), cases.length - 1);
    setAt(next);
    rows.scrollToIndex(next, { align: 'auto' });
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus());
  };
  const current = cases[at];
  const onCurrent = (act: (one: Case) => void) => () => current !== undefined && act(current);
  useHotkeys([
    ['j', () => go(1)],
    ['k', () => go(-1)],
    ['x', onCurrent(onToggle)],
    ['r', onCurrent((one) => onAct('review-succeeded', one))],
    ['a', onCurrent((one) => onAct('acknowledge', one))],
    ['Enter', onCurrent(({ orderId }) => void navigate({ to: '/cases/$orderId', params: { orderId } }))],
  ]);

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
              onFocus={() => setAt(index)}
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
