//! Reading the whole store, for `hearken doctor`: what a start has no time for.

use super::LogError;
use super::errors::said;
use super::sqlite::SqliteLog;

/// Each query finds what must not be, and says it in words.
const MUST_BE_EMPTY: &[&str] = &[
    "SELECT format('entry %d belongs to no topic', seq) FROM entries
        WHERE topic_id NOT IN (SELECT id FROM topics) LIMIT 5",
    "SELECT format('topic %s ends at %d, but has entry %d', t.name, t.last_seq, max(e.seq)) FROM topics t
        JOIN entries e ON e.topic_id = t.id GROUP BY t.id HAVING max(e.seq) > t.last_seq LIMIT 5",
    "SELECT format('entry %d repeats a version of its topic, or goes back', seq) FROM
        (SELECT seq, version, lag(version) OVER (PARTITION BY topic_id ORDER BY seq) AS before FROM entries)
        WHERE version <= before LIMIT 5",
    "SELECT format('the answer of entry %d is beyond the end of the log', seq) FROM answers
        WHERE seq > (SELECT coalesce(max(last_seq), 0) FROM topics) LIMIT 5",
    "SELECT format('%d keys are written down, for %d answers', written, answers) FROM
        (SELECT (SELECT count(*) FROM keys) AS written, (SELECT count(*) FROM answers
            WHERE seq <= (SELECT value FROM meta WHERE key = 'keys_upto')) AS answers) WHERE written <> answers",
];

impl SqliteLog {
    /// Reads everything and says what is wrong, in words; nothing when all is well.
    ///
    /// # Errors
    /// [`LogError`] when the store cannot be read so far as to be judged.
    pub fn verify(&self) -> Result<Vec<String>, LogError> {
        let mut problems = self.texts("PRAGMA integrity_check(20)")?;
        problems.retain(|line| line != "ok");
        for query in MUST_BE_EMPTY {
            problems.extend(self.texts(query)?);
        }
        Ok(problems)
    }

    /// The schema's number.
    ///
    /// # Errors
    /// [`LogError`] when the store cannot be read.
    pub fn schema(&self) -> Result<i64, LogError> {
        self.db.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(said(&self.path))
    }

    fn texts(&self, sql: &str) -> Result<Vec<String>, LogError> {
        let mut statement = self.db.prepare(sql).map_err(said(&self.path))?;
        let rows = statement.query_map([], |row| row.get(0)).map_err(said(&self.path))?;
        rows.collect::<rusqlite::Result<_>>().map_err(said(&self.path))
    }
}
