//! Playlists: listed, edited, and as files that other players read and write.

use super::Failure;
use super::appliance::Appliance;
use super::catalogue::Catalogue;
use super::compare::track_name;
use super::context::Context;
use super::describe::count;
use super::tracks;
use argh::{ArgsInfo, FromArgs};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Show or change the playlists.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "playlist", help_triggers("-h", "--help"))]
pub(super) struct PlaylistArgs {
    #[argh(subcommand)]
    pub verb: Option<PlaylistVerb>,
}

#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand)]
pub(super) enum PlaylistVerb {
    List(ListArgs),
    Show(ShowArgs),
    Create(CreateArgs),
    Rename(RenameArgs),
    Add(AddArgs),
    Remove(RemoveArgs),
    Move(MoveArgs),
    Delete(DeleteArgs),
    Export(ExportListArgs),
    Import(ImportArgs),
}

/// List the playlists.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "list", help_triggers("-h", "--help"))]
pub(super) struct ListArgs {}

/// Show what is in a playlist.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "show", help_triggers("-h", "--help"))]
pub(super) struct ShowArgs {
    /// its name or id
    #[argh(positional)]
    pub playlist: String,
}

/// Make a playlist.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "create", help_triggers("-h", "--help"))]
pub(super) struct CreateArgs {
    /// its name
    #[argh(positional)]
    pub name: String,
    /// what is in it: ids, or words to search for, each track in quotes
    #[argh(positional)]
    pub tracks: Vec<String>,
}

/// Give a playlist another name.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "rename", help_triggers("-h", "--help"))]
pub(super) struct RenameArgs {
    /// its name or id
    #[argh(positional)]
    pub playlist: String,
    /// its new name
    #[argh(positional)]
    pub name: String,
}

/// Put tracks into a playlist.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "add", help_triggers("-h", "--help"))]
pub(super) struct AddArgs {
    /// its name or id
    #[argh(positional)]
    pub playlist: String,
    /// ids, or words to search for, each track in quotes
    #[argh(positional)]
    pub tracks: Vec<String>,
    /// at this place, 0 is the first; the end unless given
    #[argh(option)]
    pub at: Option<usize>,
}

/// Take a track out of a playlist.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "remove", help_triggers("-h", "--help"))]
pub(super) struct RemoveArgs {
    /// its name or id
    #[argh(positional)]
    pub playlist: String,
    /// the track's id, or words to search for
    #[argh(positional)]
    pub track: Vec<String>,
}

/// Move a track to another place.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "move", help_triggers("-h", "--help"))]
pub(super) struct MoveArgs {
    /// its name or id
    #[argh(positional)]
    pub playlist: String,
    /// the track's id, or words to search for, in quotes
    #[argh(positional)]
    pub track: String,
    /// its new place, 0 is the first
    #[argh(positional)]
    pub to: usize,
}

/// Delete a playlist; its tracks stay.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "delete", help_triggers("-h", "--help"))]
pub(super) struct DeleteArgs {
    /// its name or id
    #[argh(positional)]
    pub playlist: String,
}

/// Write a playlist as M3U8, for other players.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "export", help_triggers("-h", "--help"))]
pub(super) struct ExportListArgs {
    /// its name or id
    #[argh(positional)]
    pub playlist: String,
    /// to this file instead of stdout
    #[argh(option, arg_name = "file")]
    pub out: Option<PathBuf>,
}

/// Take in a playlist file, M3U8 or M3U.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "import", help_triggers("-h", "--help"))]
pub(super) struct ImportArgs {
    /// the file
    #[argh(positional)]
    pub file: PathBuf,
    /// what to call it; what the file says, or the file's name, unless given
    #[argh(option)]
    pub name: Option<String>,
}

pub(super) fn run(context: &Context, typed: &PlaylistArgs) -> Result<(), Failure> {
    match &typed.verb {
        Some(PlaylistVerb::Add(typed)) => drop(tracks::words(&typed.tracks)?),
        Some(PlaylistVerb::Remove(typed)) => drop(tracks::words(&typed.track)?),
        _ => {}
    }
    let appliance = context.appliance()?;
    let desk = Desk { context, appliance: &appliance };
    match &typed.verb {
        None | Some(PlaylistVerb::List(_)) => desk.list(),
        Some(PlaylistVerb::Show(typed)) => desk.show(&typed.playlist),
        Some(PlaylistVerb::Create(typed)) => desk.create(typed),
        Some(PlaylistVerb::Rename(typed)) => desk.edit(&typed.playlist, "PUT", "", &json!({"name": typed.name})),
        Some(PlaylistVerb::Add(typed)) => desk.add(typed),
        Some(PlaylistVerb::Remove(typed)) => {
            let track = desk.track(&typed.track.join(" "))?;
            desk.edit(&typed.playlist, "POST", "/remove", &json!({"trackId": track}))
        }
        Some(PlaylistVerb::Move(typed)) => {
            let track = desk.track(&typed.track)?;
            desk.edit(&typed.playlist, "POST", "/move", &json!({"trackId": track, "to": typed.to}))
        }
        Some(PlaylistVerb::Delete(typed)) => desk.delete(&typed.playlist),
        Some(PlaylistVerb::Export(typed)) => desk.export(typed),
        Some(PlaylistVerb::Import(typed)) => desk.import(typed),
    }
}

struct Desk<'a> {
    context: &'a Context,
    appliance: &'a Appliance,
}

impl Desk<'_> {
    fn list(&self) -> Result<(), Failure> {
        let all = all(self.appliance)?;
        if self.context.out.json {
            return self.context.out.line(&json!({"playlists": all}).to_string());
        }
        if all.is_empty() {
            return self.context.out.line("there are no playlists: `hearken playlist create NAME`");
        }
        all.iter().try_for_each(|list| self.context.out.line(&summary(list)))
    }

    fn show(&self, words: &str) -> Result<(), Failure> {
        let list = self.appliance.http().get(&self.path(words)?)?.json();
        if self.context.out.json {
            return self.context.out.line(&list.to_string());
        }
        self.context.out.line(&summary(&list))?;
        let tracks = list["tracks"].as_array().map(Vec::as_slice).unwrap_or_default();
        let width = tracks.len().saturating_sub(1).to_string().len();
        tracks.iter().enumerate().try_for_each(|(place, track)| {
            let id = track["trackId"].as_str().unwrap_or_default();
            self.context.out.line(&format!("{place:width$}  {}  [{id}]", track_name(track)))
        })
    }

    fn create(&self, typed: &CreateArgs) -> Result<(), Failure> {
        let ids = self.tracks(&typed.tracks)?;
        let made = self.appliance.http().post("/playlists", &json!({"name": typed.name, "trackIds": ids}))?.json();
        self.context.out.either(&made, || summary(&made["playlist"]))
    }

    fn add(&self, typed: &AddArgs) -> Result<(), Failure> {
        let mut args = json!({"trackIds": self.tracks(&typed.tracks)?});
        if let Some(at) = typed.at {
            args["at"] = at.into();
        }
        self.edit(&typed.playlist, "POST", "/add", &args)
    }

    fn delete(&self, words: &str) -> Result<(), Failure> {
        let answer = self.appliance.http().ask("DELETE", &self.path(words)?, None)?.json();
        self.context.out.either(&answer, || format!("{words} is gone; its tracks are still there"))
    }

    fn export(&self, typed: &ExportListArgs) -> Result<(), Failure> {
        let file = self.appliance.http().get(&format!("{}.m3u8", self.path(&typed.playlist)?))?.body;
        let Some(path) = &typed.out else { return self.context.out.bytes(&file) };
        let written = std::fs::write(path, &file);
        written.map_err(|error| Failure::refused(format!("cannot write {}: {error}", path.display())))?;
        let document = json!({"written": path, "bytes": file.len()});
        self.context.out.either(&document, || format!("{} written", path.display()))
    }

    fn import(&self, typed: &ImportArgs) -> Result<(), Failure> {
        let file = std::fs::read(&typed.file);
        let file = file.map_err(|error| Failure::refused(format!("cannot read {}: {error}", typed.file.display())))?;
        let stem = typed.file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(typed.name.iter().map(|name| ("name", name)));
        query.extend_pairs(stem.iter().map(|stem| ("file", stem)));
        let path = format!("/playlists/import?{}", query.finish());
        let taken = self.appliance.http().post_file(&path, "audio/x-mpegurl", &file)?.json();
        self.context.out.either(&taken, || imported(&taken))
    }

    fn edit(&self, words: &str, method: &str, verb: &str, args: &Value) -> Result<(), Failure> {
        let path = format!("{}{verb}", self.path(words)?);
        let after = self.appliance.http().ask(method, &path, Some(args))?.json();
        self.context.out.either(&after, || summary(&after["playlist"]))
    }

    fn path(&self, words: &str) -> Result<String, Failure> {
        Ok(format!("/playlists/{}", the_one(&all(self.appliance)?, words)?))
    }

    fn track(&self, words: &str) -> Result<String, Failure> {
        tracks::find(self.appliance, &Catalogue::load(self.appliance)?, words, None)
    }

    fn tracks(&self, wanted: &[String]) -> Result<Vec<String>, Failure> {
        let catalogue = Catalogue::load(self.appliance)?;
        wanted.iter().map(|words| tracks::find(self.appliance, &catalogue, words, None)).collect()
    }
}

/// All playlists, as the appliance lists them.
pub(super) fn all(appliance: &Appliance) -> Result<Vec<Value>, Failure> {
    let answer = appliance.http().get("/playlists")?.json();
    Ok(answer["playlists"].as_array().cloned().unwrap_or_default())
}

/// The id of the playlist of this id or name; ids go into a path, so only one that the appliance named is taken.
pub(super) fn the_one(playlists: &[Value], words: &str) -> Result<String, Failure> {
    let id = |list: &Value| list["playlistId"].as_str().unwrap_or_default().to_owned();
    if playlists.iter().any(|list| list["playlistId"] == words) {
        return Ok(words.to_owned());
    }
    let is_called =
        |list: &&Value| list["name"].as_str().is_some_and(|name| name.to_lowercase() == words.to_lowercase());
    let found: Vec<String> = playlists.iter().filter(is_called).map(id).collect();
    match found.as_slice() {
        [] => Err(Failure::refused(format!("no playlist is called {words:?}: `hearken playlist` lists them"))),
        [one] => Ok(one.clone()),
        several => {
            Err(Failure::usage(format!("several playlists are called {words:?}, give the id: {}", several.join(", "))))
        }
    }
}

fn summary(list: &Value) -> String {
    let text = |key: &str| list[key].as_str().unwrap_or_default();
    format!(
        "{}, {}  [{}]",
        text("name"),
        count(list["count"].as_u64().unwrap_or_default(), "track"),
        text("playlistId")
    )
}

fn imported(taken: &Value) -> String {
    let missing = taken["missing"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut lines = vec![summary(&taken["playlist"])];
    if let Some(many) = taken["missingCount"].as_u64().filter(|many| *many > 0) {
        lines.push(format!("not found in the library: {}", count(many, "file")));
        lines.extend(missing.iter().filter_map(Value::as_str).map(|path| format!("  {path}")));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playlist_is_meant_by_id_or_by_a_name_of_its_own() {
        let list = |id: &str, name: &str| json!({"playlistId": id, "name": name, "count": 2});
        let all = [list("p1", "Evening"), list("p2", "Morning"), list("p3", "morning")];
        assert_eq!(the_one(&all, "p2").unwrap(), "p2");
        assert_eq!(the_one(&all, "evening").unwrap(), "p1");
        assert_eq!(the_one(&all, "Morning").unwrap_err().exit(), 2);
        assert_eq!(the_one(&all, "../x").unwrap_err().exit(), 1);
        assert_eq!(summary(&all[0]), "Evening, 2 tracks  [p1]");
    }

    #[test]
    fn what_an_import_did_not_find_is_named() {
        let taken =
            json!({"playlist": {"playlistId": "p1", "name": "x", "count": 1}, "missing": ["a.mp3"], "missingCount": 1});
        assert_eq!(imported(&taken), "x, 1 track  [p1]\nnot found in the library: 1 file\n  a.mp3");
    }
}
