/** Part of `npm run build`: bundles the workflows beside the compiled programs. */
import { BUILT_BUNDLE, writeWorkflowBundle } from '../temporal/bundle.js';

await writeWorkflowBundle(BUILT_BUNDLE);
