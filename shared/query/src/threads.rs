//! Work shared out to threads.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many threads run at once.
pub(crate) fn count_cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Does every item, on at most so many threads; the error, if any, is that of the first item that has one.
pub(crate) fn for_each_parallel<T: Sync, E: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let mut workers = vec![(); threads.max(1)];
    share_out(items, &mut workers, |(), item| work(item))
}

/// Does every item with one of the workers, each on a thread of its own; the error is that of the first item that has
/// one. Which worker gets which item is not determined.
pub(crate) fn share_out<T: Sync, W: Send, E: Send>(
    items: &[T],
    workers: &mut [W],
    work: impl Fn(&mut W, &T) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let run = |worker: &mut W| {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let item = items.get(index)?;
            if let Err(error) = work(worker, item) {
                return Some((index, error));
            }
        }
    };
    let most = workers.len().min(items.len()).max(1);
    let Some((first, others)) = workers[..most].split_first_mut() else { return Ok(()) };
    let failed = std::thread::scope(|scope| {
        let helpers: Vec<_> = others.iter_mut().map(|worker| scope.spawn(|| run(worker))).collect();
        let mut failed: Vec<(usize, E)> = run(first).into_iter().collect();
        for helper in helpers {
            failed.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        failed
    });
    failed.into_iter().min_by_key(|(index, _)| *index).map_or(Ok(()), |(_, error)| Err(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_done_once_and_the_first_error_is_told() {
        let items: Vec<usize> = (0..1_000).collect();
        for threads in [1, 2, 7] {
            let mut sums = vec![0; threads];
            let outcome: Result<(), ()> = share_out(&items, &mut sums, |sum, n| {
                *sum += n;
                Ok(())
            });
            assert_eq!((outcome, sums.iter().sum::<usize>()), (Ok(()), 499_500));
            let odd = for_each_parallel(&items, threads, |n| if n % 2 == 1 { Err(*n) } else { Ok(()) });
            assert_eq!(odd, Err(1));
        }
        assert_eq!(for_each_parallel(&[], 2, |(): &()| Err(())), Ok(()));
    }
}
