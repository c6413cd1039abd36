using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;

namespace XdpAudit.Agent.Tests;

/// <summary>Assemblies that say of themselves what a test needs, byte by byte the same each time. There is no code in them.</summary>
internal static class Forged
{
    internal static readonly (string Name, Version Version) Runtime = ("System.Runtime", new(10, 0, 0, 0));
    internal static readonly (string Name, Version Version) Contract = ("XdpAudit.Abstractions", typeof(IExecutor).Assembly.GetName().Version!);

    /// <summary>An assembly that references these, calls those libraries, and says by which class it is started.</summary>
    internal static byte[] Assembly(string name, IReadOnlyList<(string Name, Version Version)>? references = null, IReadOnlyList<(string Library, string Function)>? imports = null, bool plugin = true, Version? version = null)
    {
        var metadata = new MetadataBuilder();
        metadata.AddModule(0, metadata.GetOrAddString($"{name}.dll"), metadata.GetOrAddGuid(new(MD5(name))), default, default);
        metadata.AddAssembly(metadata.GetOrAddString(name), version ?? new(1, 0, 0, 0), default, default, default, AssemblyHashAlgorithm.None);
        metadata.AddTypeDefinition(default, default, metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        var known = new Dictionary<string, AssemblyReferenceHandle>();
        foreach (var (other, otherVersion) in references ?? [Runtime, Contract])
        {
            known[other] = metadata.AddAssemblyReference(metadata.GetOrAddString(other), otherVersion, default, default, default, default);
        }

        foreach (var (library, function) in imports ?? [])
        {
            Import(metadata, library, function);
        }

        if (plugin && known.TryGetValue(Contract.Name, out var contract) && known.TryGetValue(Runtime.Name, out var runtime))
        {
            EntryPoint(metadata, contract, runtime);
        }

        var image = new BlobBuilder();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new(metadata), new(), deterministicIdProvider: content => BlobContentId.FromHash(SHA256.HashData(content.SelectMany(b => b.GetBytes()).ToArray())))
            .Serialize(image);
        return image.ToArray();
    }

    private static void Import(MetadataBuilder metadata, string library, string function)
    {
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature().Parameters(0, r => r.Void(), _ => { });
        var method = metadata.AddMethodDefinition(
            MethodAttributes.Static | MethodAttributes.PinvokeImpl, MethodImplAttributes.PreserveSig, metadata.GetOrAddString(function), metadata.GetOrAddBlob(signature), -1, default);
        metadata.AddMethodImport(method, MethodImportAttributes.CallingConventionCDecl, metadata.GetOrAddString(function), metadata.AddModuleReference(metadata.GetOrAddString(library)));
    }

    private static void EntryPoint(MetadataBuilder metadata, AssemblyReferenceHandle contract, AssemblyReferenceHandle runtime)
    {
        var attribute = metadata.AddTypeReference(contract, metadata.GetOrAddString("XdpAudit.Abstractions"), metadata.GetOrAddString(nameof(PluginEntryPointAttribute)));
        var type = metadata.AddTypeReference(runtime, metadata.GetOrAddString("System"), metadata.GetOrAddString("Type"));
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature(isInstanceMethod: true).Parameters(1, r => r.Void(), p => p.AddParameter().Type().Type(type, isValueType: false));
        var constructor = metadata.AddMemberReference(attribute, metadata.GetOrAddString(".ctor"), metadata.GetOrAddBlob(signature));
        var value = new BlobBuilder();
        new BlobEncoder(value).CustomAttributeSignature(f => f.AddArgument().Scalar().SystemType("Acme.Startup"), n => n.Count(0));
        metadata.AddCustomAttribute(EntityHandle.AssemblyDefinition, constructor, metadata.GetOrAddBlob(value));
    }

#pragma warning disable CA5351 // sixteen bytes that are the same for the same name, and no secret
    private static byte[] MD5(string name) => System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(name));
#pragma warning restore CA5351
}
