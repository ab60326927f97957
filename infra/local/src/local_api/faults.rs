//! `/_local/faults`: what is to go wrong.

use super::Problem;
use crate::core::Core;
use crate::faults::Fault;

/// Adds a fault and answers all that are still to happen.
pub(super) fn add_fault(core: &Core, fault: Fault) -> Result<Vec<Fault>, Problem> {
    core.faults().add(fault).map_err(|wrong| Problem::invalid(wrong.field, wrong.advice))?;
    Ok(core.faults().list())
}

/// Forgets every fault.
pub(super) fn clear_faults(core: &Core) -> Vec<Fault> {
    core.faults().clear();
    core.faults().list()
}
