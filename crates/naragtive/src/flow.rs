use std::ops::ControlFlow;

use naragtive_model::Flow;

/// The same answer in the words of those who fetch models and ask servers.
pub(crate) fn control(flow: Flow) -> ControlFlow<()> {
    match flow {
        Flow::Continue => ControlFlow::Continue(()),
        Flow::Stop => ControlFlow::Break(()),
    }
}
