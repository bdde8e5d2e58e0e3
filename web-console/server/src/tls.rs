//! A local certificate authority and this server's certificate, kept in the data folder.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use time::{Duration, OffsetDateTime};

use crate::secret;

/// The CA's certificate, to be imported by browsers.
pub(crate) const CA_FILE: &str = "console-ca.pem";
/// The CA's key.
const CA_KEY_FILE: &str = "console-ca-key.pem";
/// Life of the CA in days: as long as such an installation stands.
const CA_DAYS: i64 = 3650;
/// Life of a server certificate in days (browsers refuse more than 825 from private CAs); a fresh one is made at every start.
const SERVER_DAYS: i64 = 397;
/// Clocks may be behind by this much.
const BACKDATE: Duration = Duration::days(1);

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file of the data folder.
    #[error("the CA's files in the data folder cannot be read or written; check the folder's permissions")]
    File(#[from] io::Error),
    /// A key or certificate.
    #[error("the CA's certificate or key cannot be used; remove both files to have others made, and import the CA again")]
    Certificate(#[from] rcgen::Error),
    /// A PEM file.
    #[error("a certificate is no PEM")]
    Pem(#[from] rustls::pki_types::pem::Error),
    /// The TLS library refused them.
    #[error("the certificate is not accepted")]
    Refused(#[from] rustls::Error),
}

/// Makes what is missing and returns the server's TLS configuration.
///
/// # Errors
/// When files, keys or certificates are unusable.
pub(crate) fn server_config(data_dir: &Path, names: &[String]) -> Result<Arc<rustls::ServerConfig>, TlsError> {
    let key_pem = secret::read_or_create(&data_dir.join(CA_KEY_FILE), || {
        KeyPair::generate().map(|key| key.serialize_pem()).map_err(io::Error::other)
    })?;
    let ca_key = KeyPair::from_pem(&key_pem)?;
    let ca_path = data_dir.join(CA_FILE);
    if !ca_path.exists() {
        std::fs::write(&ca_path, ca_params()?.self_signed(&ca_key)?.pem())?;
    }
    let ca_pem = std::fs::read_to_string(&ca_path)?;
    let issuer = Issuer::from_ca_cert_pem(&ca_pem, &ca_key)?;
    let key = KeyPair::generate()?;
    let certificate = server_params(names)?.signed_by(&key, &issuer)?;
    let chain = vec![certificate.der().clone(), CertificateDer::from_pem_slice(ca_pem.as_bytes())?];
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes())?;
    let mut config = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Trusts the CA of that PEM file beside none other; for talking to an MCU with a certificate of its own.
///
/// # Errors
/// When the file is no certificate.
pub(crate) fn client_config(ca: &Path) -> Result<rustls::ClientConfig, TlsError> {
    let pem = std::fs::read(ca)?;
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        roots.add(certificate?)?;
    }
    Ok(rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}

fn lasting(mut params: CertificateParams, days: i64) -> CertificateParams {
    let now = OffsetDateTime::now_utc();
    params.not_before = now - BACKDATE;
    params.not_after = now + Duration::days(days);
    params
}

fn ca_params() -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "Web console local CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(lasting(params, CA_DAYS))
}

fn server_params(names: &[String]) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names.to_vec())?;
    params.distinguished_name.push(DnType::CommonName, "Web console");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(lasting(params, SERVER_DAYS))
}
