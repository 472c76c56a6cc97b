/** What can be done, by the names that palette, toolbars, menus and shortcuts know. */
export const Ids = {
  panel: 'couler:open-panel',
  refresh: 'couler:refresh',
  load: 'couler:load-extension',
  run: 'couler:run-workflow',
  plan: 'couler:plan-workflow',
  submit: 'couler:submit-workflow',
  show: 'couler:show-workflow',
  reveal: 'couler:reveal-workflow',
  openRun: 'couler:open-run',
  reopen: 'couler:reopen-tab',
  cancel: 'couler:cancel-run',
  retry: 'couler:retry-run',
  rerun: 'couler:rerun-run',
  remove: 'couler:delete-run',
  step: 'couler:reveal-step'
} as const;
