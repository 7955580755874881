// A person's pose: a work group each, an invocation a joint. From two clips to turns, up the skeleton from the pelvis,
// the neck, head and eyes turned to what they look at, and out as rows of matrices from the resting body into the scene.
#include "frame.glsl"

layout(local_size_x = JOINTS_MAX) in;

struct Person {
    vec3 position; float scale;
    vec2 facing; uint body; uint motion;
    float phase; float per_s; float breath; float aim_weight;
    uint gesture; float gesture_at_s; float gesture_s; float turns_at_s;
    vec3 aim; float client_weight;
    vec3 next_aim; float next_client_weight;
};
struct Joint { vec3 rest; int parent; vec3 offset; uint level; };
struct Clip { uint first; uint last; };

layout(std430, binding = 0) readonly buffer Persons { float now_s; Person persons[]; };
layout(std430, binding = 1) readonly buffer Skeletons {
    uvec4 aimed;
    uint joint_count, level_count, chest, padding;
    Joint joints[];
};
layout(std430, binding = 2) readonly buffer Clips { Clip clips[]; };
layout(std430, binding = 3) readonly buffer Keys { vec4 keys[]; };
layout(std430, binding = 5) writeonly buffer Palette { vec4 palette[]; };

// How far people turn to look at something (Stahl 1999: the head does most of it, the eyes the rest), in radians.
// What is behind them they leave alone.
const float HEAD_SHARE = 0.7, NECK_OF_HEAD = 0.4;
const vec2 HEAD_MOST = vec2(HEAD_YAW_MOST, HEAD_PITCH_MOST), EYES_MOST = vec2(EYES_YAW_MOST, EYES_PITCH_MOST);
const float BEHIND = 2.2, FAR_BEHIND = 2.9;
const float BREATH = 0.012, TURN = 6.28318531;

shared vec4 turns[JOINTS_MAX];
shared vec3 places[JOINTS_MAX];
shared vec4 chest_turn, neck_turn;
shared vec2 head_angles;
shared float aim_weight;

vec3 rotated(vec4 q, vec3 v) {
    return v + 2.0 * cross(q.xyz, cross(q.xyz, v) + q.w * v);
}

vec4 product(vec4 a, vec4 b) {
    return vec4(a.w * b.xyz + b.w * a.xyz + cross(a.xyz, b.xyz), a.w * b.w - dot(a.xyz, b.xyz));
}

vec4 inverted(vec4 q) {
    return vec4(-q.xyz, q.w);
}

// The turn that a key says; `otherwise` where a motion leaves the joint alone.
vec4 turn_of(vec4 key, vec4 otherwise) {
    return dot(key, key) < 0.1 ? otherwise : normalize(key);
}

vec4 blended(vec4 one, vec4 other, float share) {
    return normalize(mix(one, dot(one, other) < 0.0 ? -other : other, share));
}

// A turn from +Z to the yaw towards +X, and up by the pitch.
vec4 turn_to(vec2 angles) {
    vec2 s = sin(angles * 0.5), c = cos(angles * 0.5);
    return vec4(-c.x * s.y, s.x * c.y, s.x * s.y, c.x * c.y);
}

vec2 angles_of(vec3 direction) {
    return vec2(atan(direction.x, direction.z), asin(clamp(direction.y / length(direction), -1.0, 1.0)));
}

vec4 key(Clip clip, float at, uint track) {
    uint width = joint_count + 1u;
    uint before = min(clip.first + uint(at), clip.last), after = min(before + 1u, clip.last);
    return mix(keys[before * width + track], keys[after * width + track], fract(at));
}

// What someone looks at now: a point in the body's space, and how much rather at the client.
vec4 aim_of(Person person) {
    float share = smoothstep(0.0, 1.0, (now_s - person.turns_at_s) / TURN_S);
    return mix(vec4(person.aim, person.client_weight), vec4(person.next_aim, person.next_client_weight), share);
}

// The direction from a point of the body to that; all in the body's space.
vec3 line_of_sight(Person person, vec4 aim, vec3 from) {
    uint last = frame.view_count - 1u;
    vec3 client = 0.5 * (frame.scene_from_eye[0][3].xyz + frame.scene_from_eye[last][3].xyz);
    mat3 body_from_scene = mat3(
        person.facing.y, 0.0, person.facing.x, 0.0, 1.0, 0.0, -person.facing.x, 0.0, person.facing.y
    );
    vec3 to_client = body_from_scene * (client - person.position) / person.scale - from;
    to_client.z += 1e-5;
    return mix(normalize(aim.xyz - from), normalize(to_client), aim.w / max(max(person.aim_weight, aim.w), 1e-6));
}

void main() {
    uint number = gl_LocalInvocationID.x;
    Person person = persons[gl_WorkGroupID.x];
    bool is_joint = number < joint_count;
    Joint joint = joints[person.body * joint_count + min(number, joint_count - 1u)];
    uint level = joint.level & 0xffffu;
    bool is_upper = joint.level >> 16 != 0u;

    Clip motion = clips[person.motion];
    float motion_key = fract(person.phase + person.per_s * now_s) * float(motion.last - motion.first);
    vec4 local = turn_of(key(motion, motion_key, min(number, joint_count)), vec4(0.0, 0.0, 0.0, 1.0));
    float age_s = clamp(now_s - person.gesture_at_s, 0.0, person.gesture_s);
    float gesture_share = smoothstep(0.0, 1.0, min(age_s, person.gesture_s - age_s) / FADE_S);
    if (is_upper && gesture_share > 0.0)
        local = blended(local, turn_of(key(clips[person.gesture], age_s * KEYS_PER_S, number), local), gesture_share);
    if (number == chest)
        local = product(turn_to(vec2(0.0, BREATH * sin(TURN * fract(person.breath + BREATHS_PER_S * now_s)))), local);
    vec4 aim = aim_of(person);

    for (uint each = 0u; each < level_count; each++) {
        if (is_joint && level == each) {
            if (joint.parent < 0) {
                turns[number] = local;
                places[number] = key(motion, motion_key, joint_count).xyz * joint.rest.y;
            } else {
                vec4 above = turns[joint.parent];
                places[number] = places[joint.parent] + rotated(above, joint.offset);
                vec4 turn = product(above, local);
                if (number == aimed.x) {
                    uint body = person.body * joint_count;
                    vec3 to_eyes = mix(joints[body + aimed.z].offset, joints[body + aimed.w].offset, 0.5);
                    to_eyes += joints[body + aimed.y].offset;
                    vec3 sight = line_of_sight(person, aim, places[number] + rotated(above, to_eyes));
                    vec2 angles = angles_of(rotated(inverted(above), sight));
                    aim_weight = max(person.aim_weight, aim.w);
                    aim_weight *= 1.0 - smoothstep(BEHIND, FAR_BEHIND, abs(angles.x));
                    head_angles = clamp(angles * HEAD_SHARE, -HEAD_MOST, HEAD_MOST) * aim_weight;
                    chest_turn = above;
                    neck_turn = local;
                    turn = product(above, product(turn_to(head_angles * NECK_OF_HEAD), local));
                } else if (number == aimed.y) {
                    turn = product(chest_turn, product(turn_to(head_angles), product(neck_turn, local)));
                } else if (number == aimed.z || number == aimed.w) {
                    vec2 angles = angles_of(rotated(inverted(above), line_of_sight(person, aim, places[number])));
                    vec4 aimed_turn = turn_to(clamp(angles, -EYES_MOST, EYES_MOST));
                    turn = product(above, blended(local, aimed_turn, aim_weight));
                }
                turns[number] = turn;
            }
        }
        memoryBarrierShared();
        barrier();
    }
    if (!is_joint)
        return;

    vec3 moved = places[number] - rotated(turns[number], joint.rest);
    mat3 scene_from_body = person.scale * mat3(
        person.facing.y, 0.0, -person.facing.x, 0.0, 1.0, 0.0, person.facing.x, 0.0, person.facing.y
    );
    vec3 x = scene_from_body * rotated(turns[number], vec3(1.0, 0.0, 0.0));
    vec3 y = scene_from_body * rotated(turns[number], vec3(0.0, 1.0, 0.0));
    vec3 z = scene_from_body * rotated(turns[number], vec3(0.0, 0.0, 1.0));
    vec3 at = scene_from_body * moved + person.position;
    uint row = 3u * (gl_WorkGroupID.x * JOINTS_MAX + number);
    palette[row] = vec4(x.x, y.x, z.x, at.x);
    palette[row + 1u] = vec4(x.y, y.y, z.y, at.y);
    palette[row + 2u] = vec4(x.z, y.z, z.z, at.z);
}
