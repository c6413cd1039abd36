using System.Reflection.Metadata;

namespace XdpAudit.Agent;

/// <summary>Names behind handles of metadata.</summary>
internal static class MetadataNames
{
    /// <summary>The assembly and full name of a type of another assembly; null for one of its own, or a made-up one.</summary>
    internal static (string Assembly, string Type)? TypeOf(MetadataReader reader, EntityHandle handle)
    {
        if (handle.Kind != HandleKind.TypeReference)
        {
            return null;
        }

        var type = reader.GetTypeReference((TypeReferenceHandle)handle);
        var (space, name) = (reader.GetString(type.Namespace), reader.GetString(type.Name));
        return type.ResolutionScope.Kind == HandleKind.AssemblyReference
            ? (reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name), space.Length > 0 ? $"{space}.{name}" : name)
            : null;
    }

    /// <summary>As <see cref="TypeOf"/>, of the type of an attribute.</summary>
    internal static (string Assembly, string Type)? AttributeType(MetadataReader reader, CustomAttributeHandle handle) =>
        reader.GetCustomAttribute(handle).Constructor is { Kind: HandleKind.MemberReference } constructor
            ? TypeOf(reader, reader.GetMemberReference((MemberReferenceHandle)constructor).Parent)
            : null;
}
