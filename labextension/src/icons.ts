import { LabIcon } from '@jupyterlab/ui-components';

/** Two steps that lead to a third. */
export const workflowIcon = new LabIcon({
  name: 'couler:workflow',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    '<g class="jp-icon3" fill="#616161">' +
    '<circle cx="6" cy="5" r="3"/><circle cx="18" cy="5" r="3"/><circle cx="12" cy="19" r="3"/>' +
    '<path d="M6.9 7.5 11 16h2l4.1-8.5-1.8-.9L12 13.6 8.7 6.6z"/>' +
    '</g></svg>'
});
