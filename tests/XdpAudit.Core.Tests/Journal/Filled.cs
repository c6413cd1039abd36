using System.Collections;
using System.Reflection;

namespace XdpAudit.Core.Tests;

/// <summary>Builds a value of a type with every member set, the same each time.</summary>
internal static class Filled
{
    private static readonly Dictionary<Type, object> Fixed = new()
    {
        [typeof(string)] = "text \u001b[31m<b>\"\u00e9",
        [typeof(int)] = 7,
        [typeof(uint)] = 8u,
        [typeof(long)] = 9L,
        [typeof(ulong)] = ulong.MaxValue,
        [typeof(bool)] = true,
        [typeof(DateTimeOffset)] = A.BootedAt.AddTicks(1),
        [typeof(XdpMode)] = XdpMode.Generic,
        [typeof(HostId)] = A.Host,
        [typeof(BootId)] = A.Boot,
        [typeof(ProgramKey)] = A.Key(5),
        [typeof(LinkKey)] = A.Link(9, 5),
        [typeof(MapKey)] = A.Map(3),
        [typeof(AttachPointKey)] = A.Place(2),
        [typeof(OperationId)] = new OperationId("0190f2a4b6c87d1e9f00112233445566"),
        [typeof(FindingId)] = new FindingId("00f1"),
    };

    internal static JournalEvent Event(Type type) => (JournalEvent)Of(type);

    internal static object Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Of(inner);
        }

        if (Fixed.TryGetValue(type, out var value))
        {
            return value;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(type.GetGenericArguments()))!;
            list.Add(Of(type.GetGenericArguments()[0]));
            return list;
        }

        return type.IsAbstract ? Of(type.GetNestedTypes().First(t => t.IsSubclassOf(type))) : Made(type);
    }

    /// <summary>The members that are set when a value is made: not those that are computed of others.</summary>
    internal static IEnumerable<PropertyInfo> Members(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is not null);

    private static object Made(Type type)
    {
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        var made = constructor.Invoke([.. constructor.GetParameters().Select(p => Of(p.ParameterType))]);
        foreach (var member in Members(type))
        {
            member.SetValue(made, Of(member.PropertyType));
        }

        return made;
    }
}
