//! Threads that share work by taking the next item, one after the other.
//!
//! It must not know what the work is.

use std::sync::Mutex;

/// Lets threads take items until none is left, and returns what each thread made of its own.
pub fn side_by_side<T: Send, R: Send>(
    n_threads: usize,
    items: impl Iterator<Item = T> + Send,
    work: impl Fn(&mut dyn FnMut() -> Option<T>) -> R + Sync,
) -> Vec<R> {
    let items = Mutex::new(items);
    let of_thread = || work(&mut || items.lock().expect("no thread panics with the lock").next());
    if n_threads == 1 {
        return vec![of_thread()];
    }
    // Threads of their own: one of a pool that waits takes up other work meanwhile, and holds both.
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads).map(|_| scope.spawn(of_thread)).collect();
        let done = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        done.map(|it| it.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
