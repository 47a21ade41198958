/** Keys of a list whose rows carry `data-index`: j and k go by its links, the others act on the row that has the focus. */
import { useHotkeys } from '@mantine/hooks';
import { useRef, type RefObject } from 'react';

interface Keyed {
  list: RefObject<HTMLElement | null>;
  /** The rows' ids as they stand; null: a row that is passed over. */
  ids: readonly (string | null)[];
  scrollTo: (index: number) => void;
  /** Key → what it does to the row with the focus. */
  acts?: Record<string, (index: number) => void>;
}

/** What is typed there is not meant for the list. */
const ELSEWHERE = '[role="dialog"], [role="menu"], [role="listbox"]';

/** @returns told by each row that gets the focus: there j and k go on, wherever changes have moved it */
export function useListKeys({ list, ids, scrollTo, acts = {} }: Keyed): (index: number) => void {
  const last = useRef<string | null>(null);
  const focused = (): number => {
    const row = document.activeElement?.closest<HTMLElement>('[data-index]') ?? null;
    return row !== null && list.current?.contains(row) === true ? Number(row.dataset['index']) : -1;
  };
  const go = (step: 1 | -1): void => {
    const at = focused();
    let next = (at === -1 && last.current !== null ? ids.indexOf(last.current) : at) + step;
    while (ids[next] === null) next += step;
    if (ids[next] === undefined) return;
    scrollTo(next);
    const link = (): HTMLElement | null | undefined => list.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`);
    // At once where it is there, so that Enter may follow; else once it is drawn.
    if (link()) link()?.focus();
    else requestAnimationFrame(() => link()?.focus());
  };
  const onRow = (act: (index: number) => void) => (): void => {
    const at = focused();
    if (at !== -1) act(at);
  };
  const keys = { j: () => go(1), k: () => go(-1), ...Object.fromEntries(Object.entries(acts).map(([key, act]) => [key, onRow(act)])) };
  const heard =
    (act: () => void) =>
    (event: KeyboardEvent): void => {
      if (event.target instanceof Element && event.target.closest(ELSEWHERE) !== null) return;
      event.preventDefault();
      act();
    };
  useHotkeys(Object.entries(keys).map(([key, act]) => [key, heard(act), { preventDefault: false }]));
  return (index) => {
    last.current = ids[index] ?? null;
  };
}
