//! Sends each delivery once, and takes in what the mail service reports.
