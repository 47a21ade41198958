/**
 * What k6 runs: an open model, one call at each instant whatever became of the calls before. It writes a line for each answer to
 * its console, which is a file; everything is counted outside.
 */
import http from 'k6/http';
import exec from 'k6/execution';

const config = JSON.parse(open(__ENV.LOAD_CONFIG));
const { url, key, run, rate, seconds, callers, summaryFile, notice, placement } = config;

export const options = {
  scenarios: {
    open: { executor: 'constant-arrival-rate', rate, timeUnit: '10s', duration: `${seconds}s`, preAllocatedVUs: callers, maxVUs: callers },
  },
  // What is not sent again by hand is not sent again by k6 either.
  maxRedirects: 0,
  summaryTrendStats: ['med', 'p(95)', 'p(99)'],
};

const params = (name) => ({
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  timeout: '30s',
  responseType: 'text',
  tags: { name },
});

/** Of 20 calls 15 are failure notices, one is a placement, 4 read. Each order is reported five times, under an eventId each. */
export default function call() {
  const i = exec.scenario.iterationInTest;
  const kind = i % 20;
  const count = Math.floor(i / 20) * 15 + Math.min(kind, 15);
  const orderId = `L-${run}-${Math.floor(count / 5)}`;
  if (kind < 15)
    send('failure', '/v1/review-failures', { ...notice, eventId: `rf-${run}-${i}`, orderId, order: { ...notice.order, orderId } });
  else if (kind === 15) {
    const placed = `V-${run}-${i}`;
    send('placement', '/v1/placements', {
      ...placement,
      eventId: `pl-${run}-${i}`,
      orderId: placed,
      order: { ...placement.order, orderId: placed },
    });
  } else if (kind < 18) read('list', '/v1/review-cases?limit=20');
  else read('event', `/v1/inbound-events?orderId=${orderId}`);
}

function send(kind, path, body) {
  note(kind, body.eventId, http.post(`${url}${path}`, JSON.stringify(body), params(kind)));
}

function read(kind, path) {
  note(kind, null, http.get(`${url}${path}`, params(kind)));
}

/** From the instant at which the call was to be made: waiting for a connection counts. */
function note(kind, eventId, { status, timings, headers, body, error }) {
  const ms = timings.blocked + timings.connecting + timings.duration;
  const said =
    status === 200 || status === 202
      ? null
      : { retryAfter: headers['Retry-After'] || null, type: headers['Content-Type'] || null, body, error };
  console.log(
    JSON.stringify({ kind, eventId, status, ms, id: status === 202 ? JSON.parse(body).links.event.split('/').pop() : null, said }),
  );
}

export function handleSummary({ metrics }) {
  const count = (name) => (metrics[name] ? metrics[name].values.count : 0);
  return { [summaryFile]: JSON.stringify({ iterations: count('iterations'), dropped: count('dropped_iterations') }) };
}
