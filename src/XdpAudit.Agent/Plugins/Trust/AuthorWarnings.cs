using System.Reflection.Metadata;

namespace XdpAudit.Agent;

/// <summary>What a plugin does that ends, silences or clings to the process it runs in. Measured, one by one; some of it is right at times, so none is refused.</summary>
internal static class AuthorWarnings
{
    private const string Ends = "it ends the process it runs in";
    private const string Silences = "it redirects the output of the whole process";
    private const string Starves = "the pool is shared by all that runs in the process";
    private const string Clings = "the plugin cannot be unloaded after it";
    private const string Elsewhere = "what it loads is not checked here";

    // Members of other types, by the type's full name and the member's.
    private static readonly Dictionary<(string Type, string Member), string> Members = new()
    {
        [("System.Environment", "Exit")] = Ends,
        [("System.Environment", "FailFast")] = Ends,
        [("System.Environment", "set_CurrentDirectory")] = "it changes the directory of the whole process",
        [("System.IO.Directory", "SetCurrentDirectory")] = "it changes the directory of the whole process",
        [("System.Console", "SetOut")] = Silences,
        [("System.Console", "SetError")] = Silences,
        [("System.Threading.ThreadPool", "SetMaxThreads")] = Starves,
        [("System.Threading.ThreadPool", "SetMinThreads")] = Starves,
        [("System.AppDomain", "add_ProcessExit")] = Clings,
        [("System.AppDomain", "add_UnhandledException")] = Clings,
        [("System.Runtime.InteropServices.PosixSignalRegistration", "Create")] = "it takes part in how the process ends, and the plugin cannot be unloaded after it",
        [("System.Runtime.InteropServices.NativeLibrary", "Load")] = Elsewhere,
        [("System.Runtime.InteropServices.NativeLibrary", "TryLoad")] = Elsewhere,
        [("System.Reflection.Assembly", "Load")] = Elsewhere,
        [("System.Reflection.Assembly", "LoadFrom")] = Elsewhere,
        [("System.Reflection.Assembly", "LoadFile")] = Elsewhere,
        [("System.Runtime.Loader.AssemblyLoadContext", "LoadFromAssemblyPath")] = Elsewhere,
        [("System.Runtime.Loader.AssemblyLoadContext", "LoadFromStream")] = Elsewhere,
        [("Microsoft.Extensions.DependencyInjection.OptionsBuilderDataAnnotationsExtensions", "ValidateDataAnnotations")] = $"{Clings}; use [OptionsValidator]",
        [("System.ComponentModel.TypeDescriptor", "GetProperties")] = Clings,
        [("System.ComponentModel.TypeDescriptor", "GetConverter")] = Clings,
    };

    private static readonly HashSet<string> SourceGenerated = ["System.Text.Json.Serialization.Metadata.JsonTypeInfo", "System.Text.Json.Serialization.Metadata.JsonTypeInfo`1", "System.Text.Json.Serialization.JsonSerializerContext"];

    internal static IEnumerable<PluginWarning> Of(string file, MetadataReader reader) =>
        AsyncVoid(reader).Concat(Calls(reader)).Concat(Prints(reader)).Distinct().Order().Select(w => new PluginWarning(file, w.What, w.Why));

    private static IEnumerable<(string What, string Why)> Calls(MetadataReader reader)
    {
        foreach (var member in reader.MemberReferences.Select(reader.GetMemberReference).Where(m => m.GetKind() == MemberReferenceKind.Method))
        {
            if (MetadataNames.TypeOf(reader, member.Parent) is not (_, var type))
            {
                continue;
            }

            var name = reader.GetString(member.Name);
            if (Members.TryGetValue((type, name), out var why))
            {
                yield return ($"{type[(type.LastIndexOf('.') + 1)..]}.{name.Replace("add_", "", StringComparison.Ordinal).Replace("set_", "", StringComparison.Ordinal)}", why);
            }
            else if (type == "System.Text.Json.JsonSerializer" && !member.DecodeMethodSignature(SignatureNames.Instance, null).ParameterTypes.Any(SourceGenerated.Contains))
            {
                yield return ($"JsonSerializer.{name} by reflection", $"{Clings}; use a JsonSerializerContext");
            }
        }
    }

    // The compiler marks an async method with its state machine; of those that return nothing nobody can await the end or see the exception.
    private static IEnumerable<(string What, string Why)> AsyncVoid(MetadataReader reader) =>
        from handle in reader.MethodDefinitions
        let method = reader.GetMethodDefinition(handle)
        where method.GetCustomAttributes().Any(a => MetadataNames.AttributeType(reader, a)?.Type == "System.Runtime.CompilerServices.AsyncStateMachineAttribute")
            && method.DecodeSignature(SignatureNames.Instance, null).ReturnType == nameof(PrimitiveTypeCode.Void)
        select ($"async void {reader.GetString(method.Name)}", "an exception in it ends the process");

    private static IEnumerable<(string What, string Why)> Prints(MetadataReader reader) => AssemblyFacts.Imports(reader).Any(i => i.Function == "libbpf_set_print")
        ? [("libbpf_set_print", "libbpf has one callback for the process: set it back in Dispose, or the next word of libbpf jumps into what is gone")]
        : [];
}
