//! How a device comes to trust this appliance's https: the authority's certificate, and the page that explains it.

use crate::net::app::App;
use crate::net::problem;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};

/// The media type by which phones and Firefox know a certificate that is to be installed.
const CERTIFICATE: &str = "application/x-x509-ca-cert";

/// `GET /ca.crt`
pub fn authority(app: &App, _: &Call<'_>) -> Answer {
    let Some(authority) = app.tls().and_then(|tls| tls.authority()) else {
        return Err(problem::NOT_FOUND.because(missing(app)));
    };
    let named = "inline; filename=\"hearken-ca.crt\"";
    let response = Response::typed(200, CERTIFICATE, authority.der().to_vec());
    Ok(response.header("Content-Disposition", named).header("Cache-Control", "no-cache").into())
}

/// `GET /trust`: a page that needs no pairing and no JavaScript.
pub fn help(app: &App, call: &Call<'_>) -> Answer {
    let page = app.page_text("/trust.html").ok_or_else(|| problem::NOT_FOUND.because("The page is not there."))?;
    let authority = app.tls().and_then(|tls| tls.authority());
    let fingerprint =
        authority.map_or_else(|| missing(app).to_owned(), |authority| authority.fingerprint().replace(':', ":<wbr>"));
    let filled = page.replace("{{fingerprint}}", &fingerprint).replace("{{https}}", &https_address(app, call));
    let response = Response::typed(200, "text/html; charset=utf-8", filled);
    Ok(response.header("Cache-Control", "no-store").into())
}

/// The same place by https, by the name that the visitor uses: then the cookie goes along.
fn https_address(app: &App, call: &Call<'_>) -> String {
    // The Host was checked: it is one of our own, made of letters, digits, dots, colons and brackets.
    let host = call.request.headers.get("host").filter(|_| call.request.peer.address().is_some());
    match host {
        Some(host) => format!("https://{host}/"),
        None => super::pairing::url(app).replacen("http:", "https:", 1),
    }
}

fn missing(app: &App) -> &'static str {
    match app.tls() {
        Some(_) => "This appliance shows a certificate of the household's own (tls_cert): there is nothing to install.",
        None => {
            "https is switched off on this appliance (tls in config.toml): there is nothing to install. A proxy in front of it that speaks https is enough."
        }
    }
}
