"""The windows: PySide6, services and domain only (ARCHITECTURE.md).

Overview for those who build screens
------------------------------------
Start. `ui.kit.application`: `prepare_process()` before the QApplication, `dress(app)` after it;
`ui.crash.install_excepthook(log_path, messages.problem)`; `ui.login.LoginDialog(attempt, runner, …)`;
`ui.main_window.MainWindow(pages, runner=…, privacy=…, actions=…)`; at the end `runner.close()`.

Look. Import widgets from `ui.kit.widgets` (`label, button, card, chip, ChipRow, Slot, Choice, sentence,
DateEdit, SearchField, NumberLabel, StateMark, NeedMark, Digits, Bar, Countdown, Para, FlowLayout, flow,
hbox, vbox, grid, fix, set_icon, rule, door, row_button, field, VScroll`), painters from `ui.kit.painters`
(`State, draw_state, draw_need, draw_digits, draw_halo_text, draw_bar`), sizes and colours from
`ui.kit.tokens` (`px, space, control, width, colour, font, is_compact, room_of, hub().tokens_changed`).
Never a style string per widget: choose a `role` or a `kind`. `hbox/vbox/grid/fix/set_icon` follow the
text scale by themselves; delegates and painted widgets listen to `hub().tokens_changed`.

Screens. A screen is a `ui.page.Page`: `Page("この画面の問い")`, then `set_body(layout_or_widget)`,
`set_main_action(button)` (the one filled button), `add_action_button(button)`; override `first_focus()`,
`entered()` (shown), `left()`, `district_changed(id)`, `layout_changed(is_compact)`. It is declared as
`PageSpec(id, title, icon, factory)` and handed to `ui.main_window.MainWindow`. A running session is put
on the whole window by `MainWindow.enter_session(widget, band)` and taken off by `leave_session()`.

Work. Never call a service from the Qt thread when it reads or computes: `runner.read(fn, on_done)`,
`runner.write(fn, on_done)`, `runner.compute(fn, on_done, title=…)`. `fn` may take `progress`
(`step(done, total, text)`, `cancelled`, `raise_if_cancelled()`, `when_cancelled(fn)`). Results arrive on
the Qt thread; `key=` drops stale ones; a KnownProblem goes to the message bar and everything else to the
crash dialog unless `on_fail(error)` returns True.

Words. `messages.done(text)`, `.notice(text)`, `.problem(known_problem)` of `ui.messages.MessageBar`.
Keys. `ui.actions.ActionRegistry.add(Action(id, text, shortcut, icon, group, handler))` once; menus,
shortcuts, the F1 list and the printed page come from it. Names. `ui.privacy.Privacy.hidden` and its
signal `changed(hidden)`; show `ui.privacy.HIDDEN_TEXT` in place of what is hidden.
"""
