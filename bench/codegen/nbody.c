// n-body in C, laid out as the program in the language: five objects, reached through an array of pointers.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct body {
  double x, y, z, vx, vy, vz, mass;
} body;

static double energy(body **b, long n) {
  double e = 0;
  for (long i = 0; i < n; i++) {
    e += 0.5 * b[i]->mass * (b[i]->vx * b[i]->vx + b[i]->vy * b[i]->vy + b[i]->vz * b[i]->vz);
    for (long j = i + 1; j < n; j++) {
      double dx = b[i]->x - b[j]->x, dy = b[i]->y - b[j]->y, dz = b[i]->z - b[j]->z;
      e -= b[i]->mass * b[j]->mass / sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return e;
}

static void advance(body **bs, long n, double dt) {
  for (long i = 0; i < n; i++) {
    body *b = bs[i];
    for (long j = i + 1; j < n; j++) {
      body *c = bs[j];
      double dx = b->x - c->x, dy = b->y - c->y, dz = b->z - c->z;
      double d2 = dx * dx + dy * dy + dz * dz, mag = dt / (d2 * sqrt(d2));
      b->vx -= dx * c->mass * mag;
      b->vy -= dy * c->mass * mag;
      b->vz -= dz * c->mass * mag;
      c->vx += dx * b->mass * mag;
      c->vy += dy * b->mass * mag;
      c->vz += dz * b->mass * mag;
    }
  }
  for (long i = 0; i < n; i++) {
    bs[i]->x += dt * bs[i]->vx;
    bs[i]->y += dt * bs[i]->vy;
    bs[i]->z += dt * bs[i]->vz;
  }
}

#define DP 365.24
#define SM (4.0 * 3.141592653589793 * 3.141592653589793)
static const body start[5] = {
    {0, 0, 0, 0, 0, 0, SM},
    {4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01, 1.66007664274403694e-03 * DP,
     7.69901118419740425e-03 * DP, -6.90460016972063023e-05 * DP, 9.54791938424326609e-04 * SM},
    {8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01, -2.76742510726411899e-03 * DP,
     4.99852801234917238e-03 * DP, 2.30417297573763929e-05 * DP, 2.85885980666130812e-04 * SM},
    {1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01, 2.96460137564761618e-03 * DP,
     2.37847173959480950e-03 * DP, -2.96589568540237556e-05 * DP, 4.36624404335156298e-05 * SM},
    {1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01, 2.68067772490389322e-03 * DP,
     1.62824170038242295e-03 * DP, -9.51592254519715870e-05 * DP, 5.15138902046611451e-05 * SM}};

int main(int argc, char **argv) {
  long n = argc > 1 ? atol(argv[1]) : 1000000;
  body *b[5];
  double px = 0, py = 0, pz = 0;
  for (int i = 0; i < 5; i++) {
    b[i] = malloc(sizeof(body));
    *b[i] = start[i];
    px += b[i]->vx * b[i]->mass;
    py += b[i]->vy * b[i]->mass;
    pz += b[i]->vz * b[i]->mass;
  }
  b[0]->vx = -px / SM;
  b[0]->vy = -py / SM;
  b[0]->vz = -pz / SM;
  printf("%.9f\n", energy(b, 5));
  for (long i = 0; i < n; i++) advance(b, 5, 0.01);
  printf("%.9f\n", energy(b, 5));
}
