//! The selected countries.

use crate::value::CountryKey;
use std::collections::BTreeSet;
use std::sync::Arc;

/// All countries, or some. Cheap to clone.
///
/// ```
/// use segments::selection::Selection;
/// use segments::value::CountryKey;
///
/// let [peru, chile]: [CountryKey; 2] = ["Peru", "Chile"].map(|name| name.parse().expect("a country"));
/// let selection: Selection = [peru.clone()].into_iter().collect();
/// assert!(selection.has(&peru) && !selection.has(&chile));
/// assert!(Selection::ALL.has(&chile));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection(Option<Arc<BTreeSet<CountryKey>>>);

impl Selection {
    /// All countries.
    pub const ALL: Self = Self(None);

    /// Returns whether a country is selected.
    #[must_use]
    pub fn has(&self, country: &CountryKey) -> bool {
        self.keys().is_none_or(|keys| keys.contains(country))
    }

    /// Returns whether all countries are selected.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the selected countries; `None` for all.
    #[must_use]
    pub fn keys(&self) -> Option<&BTreeSet<CountryKey>> {
        self.0.as_deref()
    }
}

impl FromIterator<CountryKey> for Selection {
    fn from_iter<T: IntoIterator<Item = CountryKey>>(countries: T) -> Self {
        Self(Some(Arc::new(countries.into_iter().collect())))
    }
}
