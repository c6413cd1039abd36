using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace XdpAudit.House.Tests;

/// <summary>What others can compile against in an assembly, one line for each type and member, sorted.</summary>
internal sealed class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private readonly NullabilityInfoContext nullability = new();

    internal static IReadOnlyList<string> Of(Assembly assembly)
    {
        var api = new PublicApi();
        return [.. assembly.GetExportedTypes().SelectMany(api.Of).Distinct().Order(StringComparer.Ordinal)];
    }

    private IEnumerable<string> Of(Type type)
    {
        var name = Name(type, full: true);
        yield return $"{name} : {Kind(type)}{Bases(type)}";

        // What the compiler adds to a record follows from its properties, what it writes for JSON from the types that are named to it.
        var said = type.GetMembers(Declared).Where(m => m.GetCustomAttribute<CompilerGeneratedAttribute>() is null && !type.IsSubclassOf(typeof(JsonSerializerContext)));
        foreach (var line in said.Select(Of).OfType<string>())
        {
            yield return $"{name}.{line}";
        }
    }

    private string? Of(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } f when Seen(f.Attributes.HasFlag(FieldAttributes.Public), f.IsFamily) => $"{f.Name} = {f.GetRawConstantValue()}",
        FieldInfo f when Seen(f.IsPublic, f.IsFamily) && !f.IsSpecialName => $"{f.Name} : {Name(f.FieldType)}{Mark(nullability.Create(f).ReadState, f.FieldType)}",
        PropertyInfo p when (p.GetMethod ?? p.SetMethod) is { } by && Seen(by.IsPublic, by.IsFamily) => Of(p),
        ConstructorInfo c when Seen(c.IsPublic, c.IsFamily) => $".ctor({Parameters(c)})",
        MethodInfo m when Seen(m.IsPublic, m.IsFamily) && !m.IsSpecialName =>
            $"{(m.IsStatic ? "static " : "")}{m.Name}{Generic(m)}({Parameters(m)}) : {Name(m.ReturnType)}{Mark(nullability.Create(m.ReturnParameter).ReadState, m.ReturnType)}{(m is { IsVirtual: true, DeclaringType.IsInterface: true, IsAbstract: false } ? " (default)" : "")}",
        _ => null,
    };

    private string Of(PropertyInfo p) =>
        $"{(p.GetMethod?.IsStatic == true ? "static " : "")}{p.Name} : {Name(p.PropertyType)}{Mark(nullability.Create(p).ReadState, p.PropertyType)} {{{(p.GetMethod is null ? "" : " get;")}{Setter(p)} }}"
        + (p.GetCustomAttribute<RequiredMemberAttribute>() is null ? "" : " required");

    private static string Setter(PropertyInfo p) =>
        p.SetMethod is not { IsPublic: true } set ? ""
        : set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;";

    private static bool Seen(bool isPublic, bool isFamily) => isPublic || isFamily;

    private static string Mark(NullabilityState state, Type type) => state == NullabilityState.Nullable && !type.IsValueType ? "?" : "";

    private string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
        $"{Name(p.ParameterType)}{Mark(nullability.Create(p).WriteState, p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {p.RawDefaultValue ?? "default"}" : "")}"));

    private static string Generic(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static string Kind(Type type) =>
        type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";

    private static string Bases(Type type)
    {
        var bases = new[] { type.BaseType }.OfType<Type>().Where(b => b != typeof(object) && b != typeof(ValueType) && b != typeof(Enum))
            .Concat(type.GetInterfaces()).Where(b => b.IsVisible).Select(b => Name(b)).Order(StringComparer.Ordinal).ToList();
        return bases.Count == 0 || type.IsEnum ? "" : $" {string.Join(", ", bases)}";
    }

    private static string Name(Type type, bool full = false)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value) + "?";
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        var name = type.IsGenericParameter || !full && !type.IsNested ? type.Name : type.FullName ?? type.Name;
        name = name.Split('[')[0].Replace('+', '.');
        return type.IsGenericType
            ? $"{string.Join('.', name.Split('.').Select(part => part.Split('`')[0]))}<{string.Join(", ", type.GetGenericArguments().Select(a => Name(a)))}>"
            : name;
    }
}
