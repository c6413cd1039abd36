using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace XdpAudit.Agent;

/// <summary>What an assembly says of itself in its metadata; read from bytes, nothing of it is loaded.</summary>
internal sealed record AssemblyFacts
{
    /// <summary>The file.</summary>
    internal required FileContent File { get; init; }

    internal required string Name { get; init; }

    internal required Version Version { get; init; }

    /// <summary>The assemblies it references.</summary>
    internal required IReadOnlyList<(string Name, Version Version)> References { get; init; }

    /// <summary>Libraries it calls by P/Invoke.</summary>
    internal required IReadOnlyList<string> Native { get; init; }

    /// <summary>It names the class by which it is started.</summary>
    internal required bool IsPlugin { get; init; }

    internal required IReadOnlyList<PluginWarning> Warnings { get; init; }

    /// <summary>Null when the file is no managed assembly: then nothing of .NET can load it.</summary>
    internal static AssemblyFacts? Read(FileContent file)
    {
        if (file.Bytes is not [(byte)'M', (byte)'Z', ..])
        {
            return null;
        }

        try
        {
            using var image = new PEReader(ImmutableArray.Create(file.Bytes));
            return image.HasMetadata && image.GetMetadataReader() is { IsAssembly: true } reader ? Of(file, reader) : null;
        }
        catch (Exception cause) when (cause is BadImageFormatException or ArgumentException or InvalidOperationException or OverflowException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static AssemblyFacts Of(FileContent file, MetadataReader reader)
    {
        var self = reader.GetAssemblyDefinition();
        return new()
        {
            File = file,
            Name = reader.GetString(self.Name),
            Version = self.Version,
            References = [.. reader.AssemblyReferences.Select(r => reader.GetAssemblyReference(r)).Select(r => (reader.GetString(r.Name), r.Version))],
            Native = [.. Imports(reader).Select(i => i.Library).Distinct().Order(StringComparer.Ordinal)],
            IsPlugin = self.GetCustomAttributes().Any(a => MetadataNames.AttributeType(reader, a) is (SharedAssemblies.Contract, $"{SharedAssemblies.Contract}.{nameof(PluginEntryPointAttribute)}")),
            Warnings = [.. AuthorWarnings.Of(file.Name, reader)],
        };
    }

    /// <summary>Every P/Invoke: the library and the function.</summary>
    internal static IEnumerable<(string Library, string Function)> Imports(MetadataReader reader) =>
        from method in reader.MethodDefinitions
        let import = reader.GetMethodDefinition(method).GetImport()
        where !import.Module.IsNil
        select (reader.GetString(reader.GetModuleReference(import.Module).Name), reader.GetString(import.Name));
}
