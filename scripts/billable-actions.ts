/** Temporal's billable actions of a run, counted from its history by the published list (docs.temporal.io/cloud/actions). */
import type proto from '@temporalio/proto';

type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;

export interface BillableActions {
  total: number;
  byKind: Record<string, number>;
}

/**
 * Left out, as in the list: search attributes given at the start, and whatever leaves no event (queries, heartbeats, refused
 * updates).
 */
export function billableActions(history: HistoryEvent[]): BillableActions {
  const sum = (count: (event: HistoryEvent) => number): number => history.reduce((total, event) => total + count(event), 0);
  const has = (attributes: keyof HistoryEvent): number => sum((event) => (event[attributes] ? 1 : 0));
  const byKind = {
    starts: has('workflowExecutionStartedEventAttributes'),
    signals: has('workflowExecutionSignaledEventAttributes'),
    updates: has('workflowExecutionUpdateAcceptedEventAttributes'),
    timers: has('timerStartedEventAttributes'),
    'search attribute upserts': has('upsertWorkflowSearchAttributesEventAttributes'),
    // Every attempt counts, and a started event names the last one.
    'activity attempts': sum(({ activityTaskStartedEventAttributes: started }) => started?.attempt ?? 0),
    'local activities': tasksWithLocalActivities(history),
    'continued as new': has('workflowExecutionContinuedAsNewEventAttributes'),
  };
  return { total: Object.values(byKind).reduce((total, count) => total + count, 0), byKind };
}

/** All local activities of one workflow task are one action. */
function tasksWithLocalActivities(history: HistoryEvent[]): number {
  const tasks = history.flatMap(({ markerRecordedEventAttributes: marker }) =>
    marker?.markerName === LOCAL_ACTIVITY_MARKER ? [String(marker.workflowTaskCompletedEventId)] : [],
  );
  return new Set(tasks).size;
}

const LOCAL_ACTIVITY_MARKER = 'core_local_activity';
