//! `discover`: the appliances on the LAN.

use super::Failure;
use super::context::{BROWSE_FOR, Context};
use crate::device::mdns::{self, Found};
use serde_json::json;

pub(super) fn run(context: &Context) -> Result<(), Failure> {
    let found = mdns::browse(BROWSE_FOR).map_err(|error| Failure::unreachable(error.to_string()))?;
    if found.is_empty() && !context.out.json {
        return Err(Failure::unreachable(
            "no appliance answers on this LAN; guest networks often hide devices from each other".into(),
        ));
    }
    for one in &found {
        let Found { name, host, addrs, port, id } = one;
        let document = json!({"name": name, "host": host, "addresses": addrs, "port": port, "id": id});
        let addresses: Vec<String> = addrs.iter().map(ToString::to_string).collect();
        context.out.either(&document, || format!("{host}:{port}  {name}  {}", addresses.join(" ")))?;
    }
    Ok(())
}
