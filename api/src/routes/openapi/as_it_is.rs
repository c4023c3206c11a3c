//! What the macros would say otherwise than it is.

use utoipa::Modify;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr};

/// Removes two things that the macros add: the crate's licence, which is not the API's, and `null`
/// as a value of optional parameters and headers, which are never null.
pub(super) struct AsItIs;

impl Modify for AsItIs {
    fn modify(&self, description: &mut OpenApi) {
        description.info.license = None;
        for path in description.paths.paths.values_mut() {
            for operation in [&mut path.get, &mut path.post].into_iter().flatten() {
                for parameter in operation.parameters.iter_mut().flatten() {
                    if let RefOr::T(parameter) = parameter {
                        drop_null(&mut parameter.schema);
                    }
                }
                for response in operation.responses.responses.values_mut() {
                    if let RefOr::T(response) = response {
                        for header in response.headers.values_mut() {
                            if let RefOr::T(header) = header {
                                drop_null(&mut header.schema);
                            }
                        }
                    }
                }
            }
        }
    }
}

fn drop_null(schema: &mut Option<RefOr<Schema>>) {
    if let Some(RefOr::T(Schema::Object(object))) = schema
        && let SchemaType::Array(types) = &object.schema_type
        && let [one, Type::Null] | [Type::Null, one] = &types[..]
    {
        object.schema_type = SchemaType::Type(one.clone());
    }
}

/// Opens the texts that an answer chooses from. A closed `enum` would make generated clients refuse
/// answers with a value that was added after them.
pub(super) struct OpenTexts;

/// The schemas of such texts.
const OPEN_TEXTS: [&str; 2] = ["FaultCode", "Reason"];
/// The member that lists the values of an open `enum`:
/// <https://opensource.zalando.com/restful-api-guidelines/#112>.
const KNOWN_VALUES: &str = "x-extensible-enum";

impl Modify for OpenTexts {
    fn modify(&self, description: &mut OpenApi) {
        let Some(components) = &mut description.components else { return };
        for name in OPEN_TEXTS {
            let schema = components.schemas.get_mut(name);
            let Some(RefOr::T(Schema::Object(text))) = schema else { panic!("{name} is no text") };
            let known = text.enum_values.take().expect("the text has values");
            let listed: Vec<_> = known.iter().filter_map(|value| value.as_str()).collect();
            let what = text.description.take().unwrap_or_default();
            text.description =
                Some(format!("{what} There may be more at any time; known are `{}`.", listed.join("`, `")));
            text.extensions = Some(Extensions::from_iter([(KNOWN_VALUES, known)]));
        }
    }
}
