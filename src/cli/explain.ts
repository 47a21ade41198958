/** `holdpoint explain`: why a case, or a placement, was decided as it was (D2). */
import { openApi, type ApiOptions } from './api.js';
import { roundOf } from './case.js';
import { usage } from './failure.js';
import { plain, printJson, type Shell } from './shell.js';

export interface ExplainOptions extends ApiOptions {
  lang: string;
  round?: string;
  placement?: boolean;
  json?: boolean;
}

/** As much of it as is shown. */
interface Explanation {
  text: string;
}

/** JSON: the explanation as the API answers it, with the words and what they are made of. */
export async function explain(shell: Shell, orderId: string, options: ExplainOptions): Promise<void> {
  const { lang, placement = false } = options;
  const round = roundOf(options.round);
  if (placement && round !== undefined) throw usage('--round goes with cases only', 'leave it out, or leave out --placement');
  const api = await openApi(shell, options);
  const resource = placement ? 'placements' : 'review-cases';
  const explanation = await api.get<Explanation>(`/v1/${resource}/${encodeURIComponent(orderId)}/explanation`, { lang, round });
  if (options.json) return printJson(shell, explanation);
  explanation.text.split('\n').forEach((line) => shell.print(plain(line)));
}
