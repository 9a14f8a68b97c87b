//! What the user does, and what the model says to it.

use crate::common;
use crate::common::look::Look;
use crate::stick::{TIP, Wants, logged, stick};

#[test]
fn hooks_hear_of_the_user_and_answer() {
    let Some(_turn) = common::turn() else { return };
    let (mut viewer, log) = stick(Wants::Nothing);
    viewer.touch("dend@0.10000");
    viewer.trace(TIP);
    assert_eq!(viewer.history().shape()[0], 2, "the first of the two was not to be captured");
    viewer.wish("tag");
    viewer.watch("a tag", |viewer| viewer.notice.text == "tagged dend").unwrap();
    assert_eq!(viewer.scene.state["tagged"], TIP.into());
    assert_eq!(logged(&log), ["dend@0.10000", TIP].map(|id| format!("clicked {id}, selected Some({id:?})")));
    viewer.wish("old");
    viewer.wish("new");
    let text = viewer.next_failure().to_string();
    assert!(text.contains("new") && text.contains("tag"), "{text}");
    assert_eq!(logged(&log), ["apply_action old", "apply_action new"]);
}
